// An independent client (github.com/hugelgupf/p9) against one of our file servers: peer SERVER DIRECTORY, where SERVER
// is what cell.mjs starts, and DIRECTORY a folder below its root in which files can be made, or nothing. Prints one
// line for each step that worked, and ends at the first that did not.
package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"

	"github.com/hugelgupf/p9/linux"
	"github.com/hugelgupf/p9/p9"
)

const (
	messageSize     = 8188
	files           = 300
	removeDirectory = 0x200
)

type stream struct {
	io.Reader
	io.WriteCloser
}

func must(what string, err error) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}

func refused(what string, err error, expected linux.Errno) {
	if err == nil || linux.ExtractErrno(err) != expected {
		log.Fatalf("%s: %v instead of %v", what, err, expected)
	}
}

func walk(from p9.File, names ...string) p9.File {
	_, file, err := from.Walk(names)
	must(fmt.Sprint("walk ", names), err)
	return file
}

func create(directory p9.File, name string) p9.File {
	file, _, _, err := walk(directory).Create(name, p9.ReadWrite, 0644, p9.NoUID, p9.NoGID)
	must("create "+name, err)
	return file
}

func makeDirectory(parent p9.File, name string) p9.File {
	_, err := parent.Mkdir(name, 0755, p9.NoUID, p9.NoGID)
	must("mkdir", err)
	_, err = parent.Mkdir(name, 0755, p9.NoUID, p9.NoGID)
	refused("mkdir again", err, linux.EEXIST)
	return walk(parent, name)
}

func content(base p9.File) {
	data := bytes.Repeat([]byte("0123456789"), 10000)
	file := create(base, "file")
	count, err := file.WriteAt(data, 0)
	must("write", err)
	got := make([]byte, count)
	_, err = file.ReadAt(got, 0)
	must("read", err)
	if !bytes.Equal(got, data) {
		log.Fatal("other bytes were read than written")
	}
	must("fsync", file.FSync())
	must("truncate", file.SetAttr(p9.SetAttrMask{Size: true}, p9.SetAttr{Size: 5}))
	_, _, attributes, err := file.GetAttr(p9.AttrMaskAll)
	must("getattr", err)
	if attributes.Size != 5 || !attributes.Mode.IsRegular() {
		log.Fatalf("attributes %+v", attributes)
	}
	must("close", file.Close())
	fmt.Println("content")
}

func listing(directory p9.File) {
	for i := 0; i < files; i++ {
		must("close", create(directory, fmt.Sprintf("n%03d", i)).Close())
	}
	open := walk(directory)
	_, _, err := open.Open(p9.ReadOnly)
	must("open directory", err)
	seen := map[string]bool{}
	for offset := uint64(0); ; {
		entries, err := open.Readdir(offset, 2000)
		if err == io.EOF || (err == nil && len(entries) == 0) {
			break
		}
		must("readdir", err)
		for _, entry := range entries {
			offset = entry.Offset
			seen[entry.Name] = true
		}
	}
	for i := 0; i < files; i++ {
		name := fmt.Sprintf("n%03d", i)
		if !seen[name] {
			log.Fatal("not listed: ", name)
		}
		must("unlink", directory.UnlinkAt(name, 0))
	}
	must("close", open.Close())
	fmt.Println("listing")
}

func names(base, directory p9.File) {
	refused("unlink directory", base.UnlinkAt("directory", 0), linux.EISDIR)
	must("renameat", base.RenameAt("file", directory, "moved"))
	refused("rmdir", base.UnlinkAt("directory", removeDirectory), linux.ENOTEMPTY)
	_, _, err := base.Walk([]string{"file"})
	refused("walk", err, linux.ENOENT)
	moved := walk(directory, "moved")
	must("rename", moved.Rename(base, "back"))
	_, _, err = moved.Open(p9.ReadOnly)
	must("open", err)
	must("unlink", base.UnlinkAt("back", 0))
	part := make([]byte, 5)
	if _, err = moved.ReadAt(part, 0); string(part) != "01234" {
		log.Fatal("a removed file reads ", part, err)
	}
	must("close", moved.Close())
	must("close", directory.Close())
	must("rmdir", base.UnlinkAt("directory", removeDirectory))
	_, err = base.Symlink("a", "b", p9.NoUID, p9.NoGID)
	refused("symlink", err, linux.ENOSYS)
	fmt.Println("names")
}

func together(base p9.File) {
	done := make(chan bool)
	for worker := 0; worker < 3; worker++ {
		go func(worker int) {
			for i := 0; i < 50; i++ {
				name := fmt.Sprintf("w%d-%d", worker, i)
				file := create(base, name)
				_, err := file.WriteAt([]byte(name), 0)
				must("write", err)
				got := make([]byte, len(name))
				if _, err = file.ReadAt(got, 0); string(got) != name {
					log.Fatalf("%s reads %s, %v", name, got, err)
				}
				must("close", file.Close())
				must("unlink", base.UnlinkAt(name, 0))
			}
			done <- true
		}(worker)
	}
	for worker := 0; worker < 3; worker++ {
		<-done
	}
	fmt.Println("together")
}

func main() {
	server := exec.Command("node", "cell.mjs", os.Args[1])
	server.Stderr = os.Stderr
	input, err := server.StdinPipe()
	must("pipe", err)
	output, err := server.StdoutPipe()
	must("pipe", err)
	must("start", server.Start())
	client, err := p9.NewClient(stream{output, input}, p9.WithMessageSize(messageSize))
	must("version", err)
	base, err := client.Attach("")
	must("attach", err)
	base = walk(base, os.Args[2:]...)
	content(base)
	directory := makeDirectory(base, "directory")
	listing(directory)
	names(base, directory)
	together(base)
	must("end", input.Close())
}
