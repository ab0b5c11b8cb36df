#!/bin/sh
# Stands in for codex when the program runs from source; the compiled program is its own guard.
exec "$ORCHESTRATED_CODEX_BUN" --no-env-file --config=/dev/null "${0%/*}/guard_main.ts" "$@"
