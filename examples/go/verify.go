// Verifies one line of standard input, card_number TAB name, through cgo. The access key comes
// from the environment; BANKMETA_ENDPOINT and BANKMETA_CA_FILE, if set, lead to a sandbox.
package main

// #cgo pkg-config: bankmeta
// #include <bankmeta.h>
import "C"
import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"unsafe"
)

func text(value string) *C.char { return (*C.char)(unsafe.Pointer(&append([]byte(value), 0)[0])) }

func main() {
	var client, answer, failure = (*C.bankmeta_client)(nil), (*C.bankmeta_answer)(nil), (*C.bankmeta_error)(nil)
	config := C.bankmeta_config_new()
	// The library copies texts: they may lie in memory of Go.
	set := func(key, value string) bool {
		return value == "" || C.bankmeta_config_set(config, text(key), text(value), &failure) == C.BANKMETA_OK
	}
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	cardNumber, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
	if set("credentials", "environment") && set("endpoint", os.Getenv("BANKMETA_ENDPOINT")) &&
		set("ca_file", os.Getenv("BANKMETA_CA_FILE")) && C.bankmeta_client_new(config, &client, &failure) == C.BANKMETA_OK &&
		C.bankmeta_verify(client, text(cardNumber), text(name), nil, nil, &answer, &failure) == C.BANKMETA_OK {
		fmt.Printf("%s, billed %s\n", C.GoString(C.bankmeta_verdict_name(C.bankmeta_answer_verdict(answer))),
			C.GoString(C.bankmeta_billed_name(C.bankmeta_answer_billed(answer))))
	} else {
		fmt.Fprintln(os.Stderr, C.GoString(C.bankmeta_error_message(failure)))
		defer os.Exit(1)
	}
	C.bankmeta_error_free(&failure)
	C.bankmeta_answer_free(&answer)
	C.bankmeta_client_free(&client)
	C.bankmeta_config_free(&config)
}
