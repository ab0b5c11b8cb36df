import { expect, test } from "bun:test";
import packageJson from "../../package.json" with { type: "json" };
import { findLines, trackedFiles } from "./tracked.ts";

const VERSION = packageJson.packageManager.replace("bun@", "");

test("package.json's packageManager names one exact version of Bun", () => {
  expect(packageJson.packageManager).toMatch(/^bun@\d+\.\d+\.\d+$/);
});

test("every bun@X in the project is that version", () => {
  const found = findLines(/\bbun@\d/, (path) => path !== "bun.lock");
  expect(found.map(({ place }) => place.split(":")[0])).toContain("README.md");
  const others = found.filter(({ text }) =>
    [...text.matchAll(/\bbun@(\d[\w.-]*\w)/g)].some(([, version]) => version !== VERSION),
  );
  expect(others).toEqual([]);
});

test("the types are those of the same version, and no second file names one", () => {
  expect(packageJson.devDependencies["@types/bun"]).toBe(VERSION);
  expect(trackedFiles().filter((path) => /(^|\/)\.(bun-version|tool-versions|prototools)$/.test(path))).toEqual([]);
});

test("the tests run on it", () => {
  expect(Bun.version).toBe(VERSION);
});
