// The peer of the Starlark benchmark: runs a function of go.starlark.net's own benchmark file with a given b.n.
//
//	peer FILE FUNCTION N       prints the milliseconds of FUNCTION(b) with b.n = N
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"go.starlark.net/syntax"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: peer FILE FUNCTION N")
	}
	count, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	thread := &starlark.Thread{Name: "bench"}
	options := &syntax.FileOptions{Set: true}
	none := starlark.StringDict{"json": starlark.None}
	globals, err := starlark.ExecFileOptions(options, thread, os.Args[1], nil, none)
	if err != nil {
		log.Fatal(err)
	}
	b := starlarkstruct.FromStringDict(starlarkstruct.Default, starlark.StringDict{"n": starlark.MakeInt(count)})
	began := time.Now()
	if _, err := starlark.Call(thread, globals[os.Args[2]], starlark.Tuple{b}, nil); err != nil {
		log.Fatal(err)
	}
	fmt.Println(float64(time.Since(began).Nanoseconds()) / 1e6)
}
