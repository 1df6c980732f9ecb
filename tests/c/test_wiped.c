/*
 * Personal data and secrets are wiped before their memory is given back: this program looks
 * into every block that is freed while the library works. Needs glibc and the sandbox.
 */
#define _GNU_SOURCE

#include <bankmeta.h>

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

extern void __libc_free(void *block);

/* Percent-encoded too, as it stands in a request. */
static const char *const needles[] = {CARD, ID_NUMBER, MOBILE, NAME, "%E5%BC%A0%E4%B8%89",
                                      "a-secret-that-is-mine"};
enum { NEEDLES = sizeof needles / sizeof needles[0] };

static int watching;
static unsigned long blocks_seen, found[NEEDLES];

static void look_into(const void *block)
{
    size_t size = malloc_usable_size((void *)(uintptr_t)block);
    ++blocks_seen;
    for (int index = 0; index < NEEDLES; ++index)
        if (memmem(block, size, needles[index], strlen(needles[index])) != NULL)
            ++found[index];
}

/* Instead of the C library's, for this program and every library in it. */
void free(void *block)
{
    if (watching && block != NULL)
        look_into(block);
    __libc_free(block);
}

/* Always moves, so that what the old block held is seen. */
void *realloc(void *block, size_t size)
{
    size_t old = block == NULL ? 0 : malloc_usable_size(block);
    void *moved = malloc(size);
    if (moved != NULL && block != NULL) {
        memcpy(moved, block, old < size ? old : size);
        free(block);
    }
    return moved;
}

static void verify_both_ways(void)
{
    bankmeta_config *config = sandbox_config();
    bankmeta_client *client = NULL;
    bankmeta_verification *verification = bankmeta_verification_new();
    bankmeta_answer *answer = NULL;
    const char *const keys[] = {"card_number", "name", "id_number", "mobile"};
    const char *const values[] = {CARD, NAME, ID_NUMBER, MOBILE};

    CHECK_STATUS(BANKMETA_OK, bankmeta_client_new(config, &client, NULL));
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_verify(client, CARD, NAME, ID_NUMBER, MOBILE, &answer, NULL));
    bankmeta_answer_free(&answer);
    for (int round = 0; round < 2; ++round)
        for (int index = 0; index < 4; ++index)
            CHECK_STATUS(BANKMETA_OK, bankmeta_verification_set(verification, keys[index],
                                                                values[index], BANKMETA_NUL, NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_client_verify(client, verification, &answer, NULL));
    bankmeta_answer_free(&answer);
    bankmeta_verification_free(&verification);
    bankmeta_client_free(&client);
    bankmeta_config_free(&config);
}

/* In the URL, in the body, and in a reply that repeats it. */
static void sign_and_decode(const char *placement)
{
    bankmeta_config *config = sandbox_config();
    bankmeta_verification *verification = bankmeta_verification_new();
    bankmeta_request *request = NULL;
    bankmeta_answer *answer = NULL;
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "placement", placement, NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_verification_set(verification, "card_number", CARD,
                                                        BANKMETA_NUL, NULL));
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_verification_set(verification, "name", NAME, BANKMETA_NUL, NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_sign(config, verification, 0, NULL, &request, NULL));
    CHECK_STATUS(BANKMETA_SERVICE_FAILURE,
                 bankmeta_decode(request, 400, NULL, 0, "{\"Code\":\"x\",\"Message\":\"" CARD "\"}",
                                 BANKMETA_NUL, &answer, NULL));
    bankmeta_request_free(&request);
    bankmeta_verification_free(&verification);
    bankmeta_config_free(&config);
}

static void set_and_free_a_secret(void)
{
    bankmeta_config *config = bankmeta_config_new();
    bankmeta_client *client = NULL;
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "access_key_id", "id", NULL));
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_config_set(config, "access_key_secret", "a-secret-that-is-mine", NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_client_new(config, &client, NULL));
    bankmeta_client_free(&client);
    bankmeta_config_free(&config);
}

/* That a copy left behind would be seen. */
static void test_the_watch(void)
{
    char *copy = malloc(64);
    memset(copy, 0, 64);
    strcpy(copy + 20, CARD);
    free(copy);
    CHECK(found[0] == 1);
    found[0] = 0;
}

int main(void)
{
    watching = 1;
    test_the_watch();
    verify_both_ways();
    sign_and_decode("body");
    sign_and_decode("query");
    set_and_free_a_secret();
    watching = 0;
    CHECK(blocks_seen > 100);
    for (int index = 0; index < NEEDLES; ++index) {
        CHECK(found[index] == 0);
        if (found[index] != 0)
            fprintf(stderr, "    %lu blocks held %s\n", found[index], needles[index]);
    }
    return report();
}
