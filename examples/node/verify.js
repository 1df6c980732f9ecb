// Verifies one line of standard input, card_number TAB name, through koffi (npm install koffi).
// The access key comes from the environment; BANKMETA_ENDPOINT and BANKMETA_CA_FILE, if set,
// lead to a sandbox.
'use strict'
const koffi = require('koffi')
const lib = koffi.load('libbankmeta.so.0')
const free = name => lib.func(`void bankmeta_${name}_free(void **handle)`)

const configNew = lib.func('void *bankmeta_config_new()')
const configSet = lib.func('int bankmeta_config_set(void *config, str key, str value, _Out_ void **error)')
const clientNew = lib.func('int bankmeta_client_new(void *config, _Out_ void **client, _Out_ void **error)')
const verify = lib.func('int bankmeta_verify(void *client, str card_number, str name, str id_number, str mobile, _Out_ void **answer, _Out_ void **error)')
const errorMessage = lib.func('str bankmeta_error_message(void *error)')
const answerVerdict = lib.func('int bankmeta_answer_verdict(void *answer)')
const answerBilled = lib.func('int bankmeta_answer_billed(void *answer)')
const verdictName = lib.func('str bankmeta_verdict_name(int verdict)')
const billedName = lib.func('str bankmeta_billed_name(int billed)')

const [cardNumber, name] = require('fs').readFileSync(0, 'utf8').trimEnd().split('\t')
const config = configNew()
const client = [null], answer = [null], error = [null]
const options = { credentials: 'environment', endpoint: process.env.BANKMETA_ENDPOINT, ca_file: process.env.BANKMETA_CA_FILE }
// 0 is BANKMETA_OK; the first call that returns something else is the last.
const failed = Object.entries(options).some(([key, value]) => value && configSet(config, key, value, error))
  || clientNew(config, client, error)
  || verify(client[0], cardNumber, name, null, null, answer, error)
if (failed) {
  console.error(errorMessage(error[0]))
  process.exitCode = 1
} else {
  console.log(`${verdictName(answerVerdict(answer[0]))}, billed ${billedName(answerBilled(answer[0]))}`)
}
free('error')(error)
free('answer')(answer)
free('client')(client)
free('config')([config])
