/**
 * @file bankmeta.h
 * @brief bankmeta: do a bank card, a name, an ID number and a mobile number belong to one
 * person? A client for Alibaba Cloud's BankMetaVerifyIntl.
 *
 * Generated from the library by `make header`; do not edit.
 * @verbatim
 *
 * EXAMPLE
 *
 *   bankmeta_config *config = bankmeta_config_new();
 *   bankmeta_client *client = NULL;
 *   bankmeta_answer *answer = NULL;
 *   bankmeta_error *error = NULL;
 *
 *   bankmeta_config_set(config, "credentials", "environment", NULL);
 *   if (bankmeta_client_new(config, &client, &error) == BANKMETA_OK
 *       && bankmeta_verify(client, card_number, name, id_number, mobile, &answer, &error)
 *              == BANKMETA_OK)
 *       puts(bankmeta_verdict_name(bankmeta_answer_verdict(answer)));
 *   else
 *       fprintf(stderr, "%s\n", bankmeta_error_message(error));
 *
 *   bankmeta_error_free(&error);
 *   bankmeta_answer_free(&answer);
 *   bankmeta_client_free(&client);
 *   bankmeta_config_free(&config);
 *
 * MONEY
 *
 * Each verification costs money once the service executes it. A call is not repeated
 * where it may have been billed, unless the option `retry` is set so. Every answer and every
 * error says whether it was billed: before you repeat one, look at bankmeta_error_billed.
 *
 * YOUR OWN HTTP STACK
 *
 * bankmeta_sign makes the request, you send it, bankmeta_decode makes an answer or an error
 * of the reply, as bankmeta_client_verify would. If no whole reply comes,
 * bankmeta_not_answered makes the error. Do not follow redirects, do not let the HTTP stack
 * repeat a request, do not log URL, headers and body. examples/c/own_http.c does it.
 *
 * GUESSES, not documented by the vendor and not yet tried against the live service
 *
 * That the service takes the parameters of this operation in a form body. Under
 * `placement` auto, if it answers that they are missing, they are sent in the query.
 *
 * What a numeric code in the body of an HTTP 200 means: 400 and 401 an invalid parameter,
 * 403 the same data too often, 410 to 412 no permission, none of them billed. They are
 * known of a sister operation. Any other number there is billed `maybe`.
 *
 * RULES, for every function
 *
 * Errors. A call returns BANKMETA_OK or a number above it. `bankmeta_error **error` may
 * be NULL; else it receives the details of a failure, and NULL on success. Free an old
 * error before you pass its variable again, or it leaks.
 *
 * Outputs. They come last. They are set to NULL first, a number to 0, and written only on
 * success; what the variable held before is not looked at.
 *
 * Ownership. Whatever a `T **` receives, and whatever a `_new` returns, is yours; free
 * it with its own `_free`, which takes the address of your variable, sets it to NULL,
 * and does nothing if it is NULL already. `const T *` and `T *` parameters are only
 * borrowed for the call, and texts are copied. The text or attempt that a function returns
 * belongs to the handle it was asked of and lives as long; texts that are asked of no handle,
 * as those of the `_name` functions, live for ever.
 *
 * NULL. Every pointer is checked. A forbidden NULL is BANKMETA_NULL_POINTER; a question
 * about a NULL handle gets a cautious answer: NULL, 0, unknown, maybe. That an absent
 * text is NULL matters to printf.
 *
 * Texts. UTF-8, at most 65536 bytes, ending with a NUL unless their length stands
 * beside them.
 *
 * Units. Durations are microseconds or seconds, as their names say, in int64_t; sizes are
 * bytes; an index counts from 0.
 *
 * Threads. Many threads may use one handle at once where it is `const T *`; one at a
 * time where it is `T *`, and none while or after it is freed. Any thread may call any
 * function, but a signal handler none. To end a client that threads use: let them begin no
 * further call, bankmeta_client_cancel, join them, free it.
 *
 * Waiting. bankmeta_verify, bankmeta_client_verify, bankmeta_client_probe and
 * bankmeta_client_warm_up wait for the network, and for no longer than the option `timeout`.
 * No other function waits.
 *
 * Fork. A child may use a client made before the fork, through seven generations of children.
 * It begins with connections, statistics and a quota of its own (see the option
 * `quota_scope`), and goes on from what its parent had left of `max_billable`.
 *
 * Process. The library never aborts or exits on an error of yours, of the network or of
 * its own (BANKMETA_INTERNAL, which also prints a line to standard error), only if memory
 * runs out. It installs no signal handler, raises no SIGPIPE, writes no log of its own accord
 * (bankmeta_config_set_log), no file unless `quota_scope` is `host` (a small one in /dev/shm
 * or /tmp), and reads no environment variable unless `credentials` is `environment`. Its only
 * threads look up host names and end with that.
 *
 * Privacy. No answer, error or name holds a card number, name, ID number, mobile or
 * secret. A bankmeta_request does, since it is what is sent.
 *
 * OPTIONS of bankmeta_config_set (default in brackets)
 *
 *   credentials: explicit | environment [explicit]
 *       where the access key comes from: the options below, or the variables
 *       ALIBABA_CLOUD_ACCESS_KEY_ID, _ACCESS_KEY_SECRET and _SECURITY_TOKEN
 *   access_key_id: text
 *       the access key id
 *   access_key_secret: text
 *       the access key secret
 *   security_token: text
 *       the token of temporary credentials
 *   region: name [cn-hongkong]
 *       the region whose host is called
 *   network: public | vpc [public]
 *       the public host, or the one inside the vendor's network
 *   endpoint: https://host[:port]
 *       calls this host instead of the region's; plain http to loopback only
 *   signature: acs3 | v1 [acs3]
 *       ACS3-HMAC-SHA256, or the older HMAC-SHA1, which puts the access key id and a
 *       security token in the URL
 *   placement: auto | body | query [auto]
 *       where the parameters stand: auto puts them in the form body (that the service
 *       takes them there is a guess) and, until a first answer shows it, repeats in
 *       the query if the service says that they are missing
 *   timeout: seconds [15]
 *       the deadline of a whole verification, from 0.001 to 3600
 *   connect_timeout: seconds [3]
 *       the part of it that opening one connection may take (DNS, TCP and TLS)
 *   ca_file: path
 *       a PEM file of the CAs to trust instead of the built-in Mozilla list
 *   user_agent: text
 *       appended to the User-Agent header
 *   retry: bill_safe | answer_first | never [bill_safe]
 *       which attempts are repeated: those that certainly were not billed; also those
 *       that may have been; none
 *   retry_max_extra: number [1]
 *       with retry answer_first: repetitions of a verification that may be billed,
 *       from 0 to 10
 *   resend_unknown: true | false [false]
 *       experimental: after an attempt of unknown fate, the same signed request once
 *       more, byte for byte; that its nonce keeps it from being executed twice is a
 *       guess
 *   max_billable: number | off [off]
 *       a hard cap on the calls of this client that are billed or may have been
 *   quota: number | off [48]
 *       calls a second, evenly spaced, from 0.1 to 1000000; the service grants an
 *       account 50
 *   quota_scope: process | host [process]
 *       who shares the quota: the calls of this client, or all clients of this user
 *       on this machine that name the same account
 *   quota_account: text
 *       with quota_scope host: the account's name, any text; by default the access
 *       key id
 *   breaker: on | off [on]
 *       whether calls fail at once for a while after five connections in a row failed
 *
 * KEYS of bankmeta_verification_set
 *
 *   card_number
 *       the card number, 12 to 19 digits
 *   name
 *       the cardholder's name, at most 100 characters
 *   id_number
 *       the number of the identity document; resident ID card unless id_type says
 *       otherwise
 *   mobile
 *       the mobile registered with the bank, 11 digits; needs id_number
 *   id_type
 *       the service's code of the document; empty for the resident ID card
 *   md5_mode
 *       true to send md5 parts instead of plain values (ParamType=md5); no protection
 *   unchecked
 *       factors not to check, separated by commas, for example name,id_number
 *   lane
 *       interactive, the default, or bulk: the line it waits in for the quota; bulk
 *       lets interactive go ahead
 *
 * NUMBERS of bankmeta_stats_get (`latency_`: attempts replied to within so long)
 *
 *       verifications answers attempts_not_sent attempts_rejected attempts_answered
 *       attempts_unknown billed_yes billed_no billed_maybe throttled repetitions
 *       connections_opened connections_reused quota_wait_us quota_refused cancelled
 *       latency_up_to_1_ms latency_up_to_2_ms latency_up_to_5_ms latency_up_to_10_ms
 *       latency_up_to_20_ms latency_up_to_50_ms latency_up_to_100_ms
 *       latency_up_to_200_ms latency_up_to_500_ms latency_up_to_1000_ms
 *       latency_up_to_2000_ms latency_up_to_5000_ms latency_longer
 * @endverbatim
 */

#ifndef BANKMETA_H
#define BANKMETA_H

#include <stddef.h>
#include <stdint.h>

/** The version of this header. */
#define BANKMETA_VERSION "0.1.0"
/** Its first number. */
#define BANKMETA_VERSION_MAJOR 0
/** Its second number. */
#define BANKMETA_VERSION_MINOR 1
/** Its third number. */
#define BANKMETA_VERSION_PATCH 0
/** As one number to compare: 1000000 * major + 1000 * minor + patch. */
#define BANKMETA_VERSION_NUMBER 1000

/** The ABI of this header: the number in libbankmeta.so.0. */
#define BANKMETA_ABI_VERSION 0

/** 1 if the library that runs serves a program compiled with this header, else 0. */
#define BANKMETA_CHECK_VERSION() \
    bankmeta_version_fits(BANKMETA_ABI_VERSION, BANKMETA_VERSION_NUMBER)

#ifdef __cplusplus
/** As a length: the text ends with a NUL. */
#define BANKMETA_NUL static_cast<size_t>(-1)
#else
/** As a length: the text ends with a NUL. */
#define BANKMETA_NUL ((size_t)-1)
#endif


/**
 * The service's answer to a verification. It holds no factor. Yours to free with
 * `bankmeta_answer_free`.
 */
typedef struct bankmeta_answer bankmeta_answer;

/**
 * One call to the service made for a verification. It belongs to the answer, error or probe
 * it was asked of and lives as long; there is nothing to free.
 */
typedef struct bankmeta_attempt bankmeta_attempt;

/**
 * Makes verifications, from any number of threads at once. Make one and keep it: it holds
 * the connections. Yours to free with `bankmeta_client_free`.
 */
typedef struct bankmeta_client bankmeta_client;

/**
 * What a client is made from. Yours to free with `bankmeta_config_free`, at any time: a
 * client keeps no pointer to it.
 */
typedef struct bankmeta_config bankmeta_config;

/**
 * Why a call failed. It holds no personal data and no secret, so it may be logged. Yours
 * to free with `bankmeta_error_free`.
 */
typedef struct bankmeta_error bankmeta_error;

/**
 * What a probe found. Yours to free with `bankmeta_probe_free`.
 */
typedef struct bankmeta_probe bankmeta_probe;

/**
 * A signed request, for you to send. Keep it until its reply is decoded. It holds personal
 * data. Yours to free with `bankmeta_request_free`, which wipes it.
 */
typedef struct bankmeta_request bankmeta_request;

/**
 * What a client has done so far, in numbers. Yours to free with `bankmeta_stats_free`.
 */
typedef struct bankmeta_stats bankmeta_stats;

/**
 * The factors of one person and how to verify them. Yours to free with
 * `bankmeta_verification_free`, which wipes them.
 */
typedef struct bankmeta_verification bankmeta_verification;

/**
 * What a call returns: `BANKMETA_OK` or the number of an error. 1xx: the caller,
 * 2xx: the network, 3xx: the service said no, 4xx: the service failed, 9xx: this
 * library. New numbers may appear in every group, so have a default case.
 */
typedef int32_t bankmeta_status;

/**
 * What the service says of the factors: a `BANKMETA_VERDICT_` number.
 */
typedef int32_t bankmeta_verdict;

/**
 * What became of a verification: a `BANKMETA_FATE_` number.
 */
typedef int32_t bankmeta_fate;

/**
 * Whether the vendor bills for it: a `BANKMETA_BILLED_` number. Not a truth value.
 */
typedef int32_t bankmeta_billed;

/**
 * How far an attempt got: a `BANKMETA_PHASE_` number.
 */
typedef int32_t bankmeta_phase;

/**
 * Something odd about the input that is no reason to refuse it: a `BANKMETA_WARNING_` number.
 */
typedef int32_t bankmeta_warning;

/**
 * How much an event matters: a `BANKMETA_LEVEL_` number; more is more.
 */
typedef int32_t bankmeta_level;

/**
 * Takes the events of a client: your `context`, the level, what it is in one word, and one
 * line for a log. The texts are good for the call only. Events hold nothing that was verified,
 * and no secret. The words are `"attempt"`, `"connection_opened"`, `"repetition"`,
 * `"throttled"`, `"clock_corrected"`, `"breaker_opened"` and `"breaker_closed"`; more may come.
 *
 * It is called in the threads that make the calls, by several at once, and should be quick:
 * they wait for it, and their deadlines do not. It may call this library, with the same client
 * too; then it is called within itself. It must not throw, longjmp, or free the client.
 */
typedef void (*bankmeta_log)(void *context,
                             bankmeta_level level,
                             const char *name,
                             const char *text);

/**
 * It worked.
 */
#define BANKMETA_OK 0

/**
 * A pointer that must not be NULL is NULL.
 */
#define BANKMETA_NULL_POINTER 101

/**
 * A text is not valid UTF-8.
 */
#define BANKMETA_INVALID_UTF8 102

/**
 * The length of a text is above 65536: not a length.
 */
#define BANKMETA_INVALID_LENGTH 103

/**
 * A factor of the verification breaks a rule; `bankmeta_error_field` says which.
 */
#define BANKMETA_INVALID_INPUT 110

/**
 * An option is unknown or its value is not usable.
 */
#define BANKMETA_CONFIGURATION 120

/**
 * No usable access key.
 */
#define BANKMETA_CREDENTIALS 130

/**
 * The client has cost what `max_billable` allows.
 */
#define BANKMETA_MAX_BILLABLE 140

/**
 * The client's own quota has no turn before the deadline.
 */
#define BANKMETA_QUOTA 150

/**
 * The call was cancelled.
 */
#define BANKMETA_CANCELLED 160

/**
 * The host name could not be resolved.
 */
#define BANKMETA_DNS 210

/**
 * No connection could be opened.
 */
#define BANKMETA_CONNECT 220

/**
 * The TLS handshake failed.
 */
#define BANKMETA_TLS 230

/**
 * The deadline passed.
 */
#define BANKMETA_TIMEOUT 240

/**
 * The connection broke before a whole reply was read.
 */
#define BANKMETA_CONNECTION_LOST 250

/**
 * Connections kept failing, so none is tried for the moment.
 */
#define BANKMETA_CIRCUIT_OPEN 260

/**
 * The service refused a parameter.
 */
#define BANKMETA_INVALID_PARAMETER 310

/**
 * The account or user may not make this call.
 */
#define BANKMETA_PERMISSION_DENIED 320

/**
 * The account's quota is used up for the moment.
 */
#define BANKMETA_THROTTLED 330

/**
 * The access key is unknown or inactive.
 */
#define BANKMETA_ACCESS_KEY 340

/**
 * The service computed another signature.
 */
#define BANKMETA_SIGNATURE 350

/**
 * This machine's clock is outside the service's window.
 */
#define BANKMETA_CLOCK 360

/**
 * The service has seen this request's nonce before.
 */
#define BANKMETA_NONCE_USED 370

/**
 * The security token is expired or malformed.
 */
#define BANKMETA_SECURITY_TOKEN 380

/**
 * The service does not know the operation or its version.
 */
#define BANKMETA_UNSUPPORTED_OPERATION 385

/**
 * The service said it is not available, and did not execute.
 */
#define BANKMETA_UNAVAILABLE 390

/**
 * The same data was verified too often (a guess, see GUESSES).
 */
#define BANKMETA_REPEATED_TOO_OFTEN 395

/**
 * The service failed, or said something this version does not know.
 */
#define BANKMETA_SERVICE_FAILURE 410

/**
 * The reply was not understood.
 */
#define BANKMETA_BAD_REPLY 420

/**
 * A defect of this library; report it. The library stays usable.
 */
#define BANKMETA_INTERNAL 900

/**
 * A BizCode this version does not know: see `bankmeta_answer_biz_code`.
 */
#define BANKMETA_VERDICT_UNKNOWN 0

/**
 * They belong to one person (BizCode 1).
 */
#define BANKMETA_VERDICT_MATCH 1

/**
 * They do not (BizCode 2).
 */
#define BANKMETA_VERDICT_MISMATCH 2

/**
 * The source has no record to compare with (BizCode 3).
 */
#define BANKMETA_VERDICT_NO_RECORD 3

/**
 * No byte of the request left. Not billed.
 */
#define BANKMETA_FATE_NOT_SENT 1

/**
 * The service said no before executing. Not billed.
 */
#define BANKMETA_FATE_REJECTED 2

/**
 * The service answered.
 */
#define BANKMETA_FATE_ANSWERED 3

/**
 * It was sent and no trustworthy answer came: it may have been executed and billed.
 */
#define BANKMETA_FATE_UNKNOWN 4

/**
 * Not billed.
 */
#define BANKMETA_BILLED_NO 0

/**
 * Billed.
 */
#define BANKMETA_BILLED_YES 1

/**
 * It cannot be known from here; repeating may bill again.
 */
#define BANKMETA_BILLED_MAYBE 2

/**
 * A phase this version has no number for.
 */
#define BANKMETA_PHASE_UNKNOWN 0

/**
 * Looking up the host's addresses.
 */
#define BANKMETA_PHASE_RESOLVE 1

/**
 * Opening the TCP connection.
 */
#define BANKMETA_PHASE_CONNECT 2

/**
 * The TLS handshake.
 */
#define BANKMETA_PHASE_TLS 3

/**
 * Handing the request to the socket layer.
 */
#define BANKMETA_PHASE_SEND 4

/**
 * Waiting for the reply and reading it.
 */
#define BANKMETA_PHASE_RECEIVE 5

/**
 * A whole reply was read.
 */
#define BANKMETA_PHASE_DONE 6

/**
 * No warning, or one this version has no number for.
 */
#define BANKMETA_WARNING_NONE 0

/**
 * The card number fails the Luhn check; not every UnionPay card is sure to pass it.
 */
#define BANKMETA_WARNING_CARD_NUMBER_LUHN 1

/**
 * One attempt, one connection.
 */
#define BANKMETA_LEVEL_DEBUG 10

/**
 * A repetition; something works again.
 */
#define BANKMETA_LEVEL_INFO 20

/**
 * Somebody should look.
 */
#define BANKMETA_LEVEL_WARN 30

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library that runs, for example `"0.1.0"`. Never NULL, and never to be
 * freed. `BANKMETA_VERSION` is the version of this header.
 */
const char *bankmeta_version(void);

/**
 * The ABI of the library that runs; a program needs the one of its header,
 * `BANKMETA_ABI_VERSION`.
 */
int32_t bankmeta_abi_version(void);

/**
 * The version of the library that runs as one comparable number: 1000000 times the major, 1000
 * times the minor, and the patch version.
 */
int32_t bankmeta_version_number(void);

/**
 * Whether the library that runs serves a program that was compiled with a header of this ABI
 * and version: 1 if so, else 0. Use `BANKMETA_CHECK_VERSION()`, which fills both in.
 */
int32_t bankmeta_version_fits(int32_t abi_version,
                              int32_t version_number);

/**
 * The name of a status in lower case, for example `"invalid_input"`; `"unknown"` for a
 * number this version does not know. Never NULL, and never to be freed.
 */
const char *bankmeta_status_name(bankmeta_status status);

/**
 * What a status means, in one sentence, for example `"The deadline passed."`; NULL for a
 * number this version does not know. Never to be freed.
 */
const char *bankmeta_status_meaning(bankmeta_status status);

/**
 * What to do about a status, in one sentence, for example `"Correct the input."`; NULL for a
 * number this version does not know. An error's message says it too. Never to be freed.
 */
const char *bankmeta_status_remedy(bankmeta_status status);

/**
 * The word for a verdict: `"match"`, `"mismatch"`, `"no_record"`, else `"unknown"`.
 * Never NULL, and never to be freed.
 */
const char *bankmeta_verdict_name(bankmeta_verdict verdict);

/**
 * What a verdict means, in one line. Never NULL, and never to be freed.
 */
const char *bankmeta_verdict_meaning(bankmeta_verdict verdict);

/**
 * The word for a fate: `"not_sent"`, `"rejected"`, `"answered"`, else `"unknown"`.
 * Never NULL, and never to be freed.
 */
const char *bankmeta_fate_name(bankmeta_fate fate);

/**
 * What a fate means, in one line. Never NULL, and never to be freed.
 */
const char *bankmeta_fate_meaning(bankmeta_fate fate);

/**
 * The word for billed: `"no"`, `"yes"`, else `"maybe"`.
 * Never NULL, and never to be freed.
 */
const char *bankmeta_billed_name(bankmeta_billed billed);

/**
 * What it means, in one line. Never NULL, and never to be freed.
 */
const char *bankmeta_billed_meaning(bankmeta_billed billed);

/**
 * The word for a phase: `"resolve"`, `"connect"`, `"tls"`, `"send"`, `"receive"`, `"done"`,
 * else `"unknown"`. Never NULL, and never to be freed.
 */
const char *bankmeta_phase_name(bankmeta_phase phase);

/**
 * One line for a person about a warning; NULL for a number this version does not know. Never
 * to be freed.
 */
const char *bankmeta_warning_meaning(bankmeta_warning warning);

/**
 * The defaults. NULL only if the library itself is defective; NULL may be passed on, as
 * every later call checks it.
 */
bankmeta_config *bankmeta_config_new(void);

/**
 * Sets an option; the table at the top lists them all. Both texts end with a NUL and are
 * copied. An unknown option or an unusable value is an error and changes nothing.
 */
bankmeta_status bankmeta_config_set(bankmeta_config *config,
                                    const char *key,
                                    const char *value,
                                    bankmeta_error **error);

/**
 * The present value of an option, in the form that `bankmeta_config_set` takes. A secret
 * reads as `""`, whether it is set or not. The text is good until the next
 * `bankmeta_config_set` or `bankmeta_config_free`. An unknown option is an error.
 */
bankmeta_status bankmeta_config_get(const bankmeta_config *config,
                                    const char *key,
                                    const char **value,
                                    bankmeta_error **error);

/**
 * Frees a config, wipes its secrets, and sets `*config` to NULL. NULL is fine.
 */
void bankmeta_config_free(bankmeta_config **config);

/**
 * Makes a client: checks the configuration and reads the CA file, but opens no connection.
 */
bankmeta_status bankmeta_client_new(const bankmeta_config *config,
                                    bankmeta_client **client,
                                    bankmeta_error **error);

/**
 * Asks the service whether the factors belong to one person, and waits for its answer. One
 * billed call. `id_number` may be NULL for two factors, `mobile` may be NULL for three. All
 * texts end with a NUL; they are checked before anything is sent.
 */
bankmeta_status bankmeta_verify(const bankmeta_client *client,
                                const char *card_number,
                                const char *name,
                                const char *id_number,
                                const char *mobile,
                                bankmeta_answer **answer,
                                bankmeta_error **error);

/**
 * The same for a verification that was put together with `bankmeta_verification_set`, which
 * may be used again afterwards.
 */
bankmeta_status bankmeta_client_verify(const bankmeta_client *client,
                                       const bankmeta_verification *verification,
                                       bankmeta_answer **answer,
                                       bankmeta_error **error);

/**
 * Frees a client and sets `*client` to NULL. NULL is fine. No other thread may be using it.
 */
void bankmeta_client_free(bankmeta_client **client);

/**
 * An empty verification. NULL only if the library itself is defective; NULL may be passed
 * on, as every later call checks it.
 */
bankmeta_verification *bankmeta_verification_new(void);

/**
 * Sets a factor or another key of the table at the top. `key` ends with a NUL; `value` has
 * `value_length` bytes, or ends with a NUL if that is `BANKMETA_NUL`. Both are copied. The
 * factors are checked by `bankmeta_client_verify`, before it sends anything.
 */
bankmeta_status bankmeta_verification_set(bankmeta_verification *verification,
                                          const char *key,
                                          const char *value,
                                          size_t value_length,
                                          bankmeta_error **error);

/**
 * Checks a verification as `bankmeta_client_verify` does, and sends nothing.
 */
bankmeta_status bankmeta_verification_check(const bankmeta_verification *verification,
                                            bankmeta_error **error);

/**
 * How many things are odd about a verification that passes the checks; 0 if it does not.
 */
size_t bankmeta_verification_warning_count(const bankmeta_verification *verification);

/**
 * The warning at `index`, from 0; `BANKMETA_WARNING_NONE` from the count on.
 */
bankmeta_warning bankmeta_verification_warning(const bankmeta_verification *verification,
                                               size_t index);

/**
 * Frees a verification, wipes its factors, and sets `*verification` to NULL. NULL is fine.
 */
void bankmeta_verification_free(bankmeta_verification **verification);

/**
 * What the service says of the factors.
 */
bankmeta_verdict bankmeta_answer_verdict(const bankmeta_answer *answer);

/**
 * The BizCode as the service gave it, for example `"1"`.
 */
const char *bankmeta_answer_biz_code(const bankmeta_answer *answer);

/**
 * The detail of the verdict, for example `"201"`; NULL if the service gave none.
 */
const char *bankmeta_answer_sub_code(const bankmeta_answer *answer);

/**
 * The name of the sub code, for example `"details_wrong"`; NULL for one this version does
 * not know.
 */
const char *bankmeta_answer_sub_code_name(const bankmeta_answer *answer);

/**
 * The meaning of the sub code in one English line; NULL for one this version does not know.
 */
const char *bankmeta_answer_sub_code_meaning(const bankmeta_answer *answer);

/**
 * Whether the vendor bills for it.
 */
bankmeta_billed bankmeta_answer_billed(const bankmeta_answer *answer);

/**
 * The vendor's id of the request, to quote in a support case; NULL if the service gave none.
 */
const char *bankmeta_answer_request_id(const bankmeta_answer *answer);

/**
 * How many calls to the service were made; the last one was answered.
 */
size_t bankmeta_answer_attempt_count(const bankmeta_answer *answer);

/**
 * The attempt at `index`, from 0; NULL from the count on.
 */
const bankmeta_attempt *bankmeta_answer_attempt(const bankmeta_answer *answer,
                                                size_t index);

/**
 * Frees an answer and sets `*answer` to NULL. NULL is fine.
 */
void bankmeta_answer_free(bankmeta_answer **answer);

/**
 * What became of it.
 */
bankmeta_fate bankmeta_attempt_fate(const bankmeta_attempt *attempt);

/**
 * Whether the vendor bills for it, as far as that is known when the verification ends.
 */
bankmeta_billed bankmeta_attempt_billed(const bankmeta_attempt *attempt);

/**
 * 1 if it was the signed request of the attempt before once more, as the option
 * `resend_unknown` allows; else 0.
 */
int32_t bankmeta_attempt_resend(const bankmeta_attempt *attempt);

/**
 * How far it got.
 */
bankmeta_phase bankmeta_attempt_phase(const bankmeta_attempt *attempt);

/**
 * From its start to its end, in microseconds; 0 after `bankmeta_decode` and
 * `bankmeta_not_answered`, as only you know it there.
 */
int64_t bankmeta_attempt_duration_microseconds(const bankmeta_attempt *attempt);

/**
 * The HTTP status of the reply; 0 if none came.
 */
int32_t bankmeta_attempt_http_status(const bankmeta_attempt *attempt);

/**
 * The service's own code for a failure; NULL if it gave none.
 */
const char *bankmeta_attempt_service_code(const bankmeta_attempt *attempt);

/**
 * The vendor's id of the request; NULL if none came.
 */
const char *bankmeta_attempt_request_id(const bankmeta_attempt *attempt);

/**
 * The status that the failed call returned; `BANKMETA_NULL_POINTER` if `error` is NULL, as it is
 * after a success.
 */
bankmeta_status bankmeta_error_status(const bankmeta_error *error);

/**
 * One line for a person: what happened, what to do, what became of the call and whether
 * it is billed. Absent (NULL) only if `error` is NULL.
 */
const char *bankmeta_error_message(const bankmeta_error *error);

/**
 * The field of the input that breaks a rule, for example `"card_number"`; NULL unless the
 * status is `BANKMETA_INVALID_INPUT`.
 */
const char *bankmeta_error_field(const bankmeta_error *error);

/**
 * What became of the verification.
 */
bankmeta_fate bankmeta_error_fate(const bankmeta_error *error);

/**
 * Whether the vendor bills for it. Repeat a verification only if this is
 * `BANKMETA_BILLED_NO`, or if you accept to pay twice.
 */
bankmeta_billed bankmeta_error_billed(const bankmeta_error *error);

/**
 * The service's own code, for example `"Throttling.Api"`; NULL if it gave none.
 */
const char *bankmeta_error_service_code(const bankmeta_error *error);

/**
 * The HTTP status of the last reply; 0 if none came.
 */
int32_t bankmeta_error_http_status(const bankmeta_error *error);

/**
 * The vendor's id of the request, to quote in a support case; NULL if none came.
 */
const char *bankmeta_error_request_id(const bankmeta_error *error);

/**
 * How many calls to the service were made.
 */
size_t bankmeta_error_attempt_count(const bankmeta_error *error);

/**
 * The attempt at `index`, from 0; NULL from the count on.
 */
const bankmeta_attempt *bankmeta_error_attempt(const bankmeta_error *error, size_t index);

/**
 * Frees an error and sets `*error` to NULL. NULL is fine.
 */
void bankmeta_error_free(bankmeta_error **error);

/**
 * Makes one signed call without the operation's parameters. Success means that endpoint, TLS,
 * clock, access key and permission are right, and that the service rejected the call before
 * it could be billed (that it does so is a guess, if a safe one).
 */
bankmeta_status bankmeta_client_probe(const bankmeta_client *client,
                                      bankmeta_probe **probe,
                                      bankmeta_error **error);

/**
 * The call that was made.
 */
const bankmeta_attempt *bankmeta_probe_attempt(const bankmeta_probe *probe);

/**
 * 1 if the service told its time, which the next function needs; else 0.
 */
int32_t bankmeta_probe_has_clock_offset(const bankmeta_probe *probe);

/**
 * The service's time minus this machine's, in seconds; 0 if the service did not tell.
 */
int64_t bankmeta_probe_clock_offset_seconds(const bankmeta_probe *probe);

/**
 * Frees a probe and sets `*probe` to NULL. NULL is fine.
 */
void bankmeta_probe_free(bankmeta_probe **probe);

/**
 * Gives the events of clients that are made with this configuration from now on to `log`, with
 * your `context`, which may be NULL. Both must stay valid until the last of these clients is
 * freed. `log` may be NULL: then nobody is told, as at first.
 */
bankmeta_status bankmeta_config_set_log(bankmeta_config *config,
                                        bankmeta_log log,
                                        void *context,
                                        bankmeta_error **error);

/**
 * The word for a level: `"debug"`, `"info"`, `"warn"`, else `"unknown"`. Never NULL, and
 * never to be freed.
 */
const char *bankmeta_level_name(bankmeta_level level);

/**
 * Ends every call of this client that is under way in this process, from any thread, though not
 * from a signal handler. Each returns within moments, as a rule `BANKMETA_CANCELLED`, and its
 * error says truly what became of it: one that was sent may be billed. Calls that begin later
 * are not touched. NULL is fine.
 */
void bankmeta_client_cancel(const bankmeta_client *client);

/**
 * Opens a connection ahead of the first call, which then need not wait for it. Nothing is
 * asked of the service, and nothing is billed.
 */
bankmeta_status bankmeta_client_warm_up(const bankmeta_client *client,
                                        bankmeta_error **error);

/**
 * What this client has done in this process so far: attempts by fate and by bill, connections,
 * waiting, how long attempts took.
 */
bankmeta_status bankmeta_client_stats(const bankmeta_client *client,
                                      bankmeta_stats **stats,
                                      bankmeta_error **error);

/**
 * How many numbers there are.
 */
size_t bankmeta_stats_count(const bankmeta_stats *stats);

/**
 * The name of a number, for example `"attempts_answered"`; NULL past the end.
 */
const char *bankmeta_stats_name(const bankmeta_stats *stats, size_t index);

/**
 * A number by its index; 0 past the end. Times are microseconds, all else are counts.
 */
int64_t bankmeta_stats_value(const bankmeta_stats *stats, size_t index);

/**
 * A number by its name, which ends with a NUL; the header's first comment has them all. An
 * unknown name is an error.
 */
bankmeta_status bankmeta_stats_get(const bankmeta_stats *stats,
                                   const char *name,
                                   int64_t *value,
                                   bankmeta_error **error);

/**
 * Frees statistics and sets `*stats` to NULL. NULL is fine.
 */
void bankmeta_stats_free(bankmeta_stats **stats);

/**
 * Signs one request for a verification, without sending it: for a program with its own HTTP
 * stack. Every attempt needs a new signature. The access key, the endpoint, `signature` and
 * `placement` come from the config (`auto` means the form body); the rest of it is not used.
 *
 * `unix_seconds` is the present time, in seconds since 1970. `nonce` ends with a NUL and was
 * never used before: 1 to 64 letters, digits and hyphens. NULL takes a random one. The same
 * time and nonce make the same request again, in another process too.
 */
bankmeta_status bankmeta_sign(const bankmeta_config *config,
                              const bankmeta_verification *verification,
                              int64_t unix_seconds,
                              const char *nonce,
                              bankmeta_request **request,
                              bankmeta_error **error);

/**
 * The HTTP method, `"POST"`.
 */
const char *bankmeta_request_method(const bankmeta_request *request);

/**
 * The whole URL. Do not log it: under `placement` query it holds personal data.
 */
const char *bankmeta_request_url(const bankmeta_request *request);

/**
 * How many headers to send. Your HTTP stack adds `content-length`.
 */
size_t bankmeta_request_header_count(const bankmeta_request *request);

/**
 * The name of the header at `index`, from 0, in lower case; NULL from the count on.
 */
const char *bankmeta_request_header_name(const bankmeta_request *request, size_t index);

/**
 * Its value, to be sent as it is. Do not log it: it may be a security token.
 */
const char *bankmeta_request_header_value(const bankmeta_request *request, size_t index);

/**
 * The body, `""` under `placement` query. It holds personal data and no NUL but at its end.
 */
const char *bankmeta_request_body(const bankmeta_request *request);

/**
 * The length of the body in bytes.
 */
size_t bankmeta_request_body_length(const bankmeta_request *request);

/**
 * Decodes the reply to a request: an answer or an error like those of
 * `bankmeta_client_verify`, with its fate, and with nothing in it of what was sent.
 *
 * `headers` are the lines `name: value` of the reply, each with a line end, other lines among
 * them or not; `x-acs-request-id`, `x-acs-retry-after` and `date` are used. NULL if you have
 * none. `body` is the whole body. Each has its length in bytes beside it, or ends with a NUL
 * if that is `BANKMETA_NUL`. If no whole reply came, call `bankmeta_not_answered` instead.
 */
bankmeta_status bankmeta_decode(const bankmeta_request *request,
                                int32_t http_status,
                                const char *headers,
                                size_t headers_length,
                                const char *body,
                                size_t body_length,
                                bankmeta_answer **answer,
                                bankmeta_error **error);

/**
 * The error to report when no whole reply came to a request that you sent, or tried to send.
 * Returns its status.
 *
 * `what` is what failed: `BANKMETA_DNS`, `BANKMETA_CONNECT`, `BANKMETA_TLS`,
 * `BANKMETA_TIMEOUT` or `BANKMETA_CONNECTION_LOST`, which any other number counts as.
 * `handed_over` is 0 only if no byte of the request was handed to the socket or TLS layer.
 * Then the fate is `BANKMETA_FATE_NOT_SENT`; else, and if you do not know, it is
 * `BANKMETA_FATE_UNKNOWN`: it may have been executed and billed.
 */
bankmeta_status bankmeta_not_answered(bankmeta_status what,
                                      int32_t handed_over,
                                      bankmeta_error **error);

/**
 * Frees a request, wipes it, and sets `*request` to NULL. NULL is fine.
 */
void bankmeta_request_free(bankmeta_request **request);

/**
 * How many options `bankmeta_config_set` knows.
 */
size_t bankmeta_option_count(void);

/**
 * The key of the option at `index`, from 0; NULL from `bankmeta_option_count` on. This text
 * and those of the next three functions live for ever.
 */
const char *bankmeta_option_key(size_t index);

/**
 * What a value of the option looks like, for example `"seconds"`; NULL if there is no such
 * option.
 */
const char *bankmeta_option_value(size_t index);

/**
 * The value of the option if it is not set, perhaps `""`; NULL if there is no such option.
 */
const char *bankmeta_option_default(size_t index);

/**
 * What the option does, in one line; NULL if there is no such option.
 */
const char *bankmeta_option_meaning(size_t index);

/**
 * 1 if the option's value is a secret, which must not be shown; else 0.
 */
int32_t bankmeta_option_is_secret(size_t index);

/**
 * How many keys `bankmeta_verification_set` knows.
 */
size_t bankmeta_verification_key_count(void);

/**
 * The key of a verification at `index`, from 0; NULL from the count on. It lives for ever.
 */
const char *bankmeta_verification_key(size_t index);

/**
 * What that key means, in one line; NULL if there is no such key. It lives for ever.
 */
const char *bankmeta_verification_key_meaning(size_t index);

/**
 * How many sub codes this version knows. The service may give others.
 */
size_t bankmeta_sub_code_count(void);

/**
 * The known sub code at `index`, from 0, for example `"101"`; NULL from the count on. It
 * lives for ever.
 */
const char *bankmeta_sub_code(size_t index);

/**
 * The name of a sub code, for example `"details_wrong"` for `"201"`; NULL for one this
 * version does not know, and for NULL. It lives for ever.
 */
const char *bankmeta_sub_code_name(const char *sub_code);

/**
 * The meaning of a sub code in one English line; NULL for one this version does not know,
 * and for NULL. It lives for ever.
 */
const char *bankmeta_sub_code_meaning(const char *sub_code);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* BANKMETA_H */
