*> Verifies one line of standard input, card_number TAB name (GnuCOBOL, free format). The access
*> key comes from the environment; BANKMETA_ENDPOINT and BANKMETA_CA_FILE lead to a sandbox.
program-id. verify.
data division. working-storage section.
77 config usage pointer.  77 client usage pointer.  77 answer usage pointer.  77 failure usage pointer.
77 no-text usage pointer.  77 verdict usage pointer.  77 billed usage pointer.  77 number-of binary-long.
77 person pic x(1000).  77 card-number pic x(1000).  77 holder pic x(1000).
77 key-of pic x(20).  77 variable pic x(20).  77 setting pic x(1000).
procedure division.
    accept person  unstring person delimited by x"09" into card-number holder
    string function trim(card-number) x"00" delimited by size into card-number
    string function trim(holder) x"00" delimited by size into holder
    call "bankmeta_config_new" returning config
    call "bankmeta_config_set" using by value config by reference z"credentials" z"environment" failure
    move z"endpoint" to key-of  move "BANKMETA_ENDPOINT" to variable  perform set-option
    move z"ca_file" to key-of  move "BANKMETA_CA_FILE" to variable  perform set-option
    if failure = null call "bankmeta_client_new" using by value config by reference client failure end-if
    if failure = null call "bankmeta_verify" using by value client by reference card-number holder
        by value no-text no-text by reference answer failure end-if
    if failure = null
        call "bankmeta_answer_verdict" using by value answer returning number-of
        call "bankmeta_verdict_name" using by value number-of returning verdict
        call "bankmeta_answer_billed" using by value answer returning number-of
        call "bankmeta_billed_name" using by value number-of returning billed
        call "dprintf" using by value 1 by reference "%s, billed %s" & x"0a00" by value verdict billed
    else
        call "bankmeta_error_message" using by value failure returning verdict
        call "dprintf" using by value 2 by reference "%s" & x"0a00" by value verdict
    end-if
    if failure = null move 0 to number-of else move 1 to number-of end-if
    call "bankmeta_error_free" using failure  call "bankmeta_answer_free" using answer
    call "bankmeta_client_free" using client  call "bankmeta_config_free" using config
    stop run number-of.
set-option.
    move spaces to setting
    accept setting from environment variable
    if setting not = spaces and failure = null
        string function trim(setting) x"00" delimited by size into setting
        call "bankmeta_config_set" using by value config by reference key-of setting failure
    end-if.
