/* What the C tests share: checks that count and go on, a cardholder, a client of the sandbox. */
#ifndef BANKMETA_TESTS_SUPPORT_H
#define BANKMETA_TESTS_SUPPORT_H

#include <bankmeta.h>

#include <stdint.h>

/* The sandbox's first cardholder. */
#define CARD "6222021234567890128"
#define NAME "\xe5\xbc\xa0\xe4\xb8\x89"
#define ID_NUMBER "11010519491231002X"
#define MOBILE "13800138000"

/* What an output variable that was never set may hold; reading it would crash. */
#define GARBAGE ((void *)(uintptr_t)8)

#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_STATUS(expected, call) check_status(expected, call, #call, __FILE__, __LINE__)
/* Also equal: NULL and NULL. */
#define CHECK_TEXT(expected, got) check_text(expected, got, #got, __FILE__, __LINE__)

void check(int good, const char *text, const char *file, int line);
void check_status(bankmeta_status expected, bankmeta_status got, const char *text,
                  const char *file, int line);
void check_text(const char *expected, const char *got, const char *text, const char *file,
                int line);

/* Prints the counts; what main returns. */
int report(void);

/* BANKMETA_ENDPOINT, BANKMETA_CA_FILE and the access key stand in the environment. */
bankmeta_config *sandbox_config(void);
bankmeta_client *sandbox_client(void);

/* The first cardholder's name with this card: two factors. */
bankmeta_verification *person(const char *card_number);

#endif
