/*
 * A server that closes the connection costs a verification, not the program: no SIGPIPE is
 * raised, and what the program does about that signal stays as it was. BANKMETA_ENDPOINT is
 * closing_server.py.
 */
#define _POSIX_C_SOURCE 200809L

#include <bankmeta.h>

#include <signal.h>
#include <stddef.h>

#include "support.h"

#define CALLS 20

/* What kills a program that did not think of it; its parent may have had other ideas. */
static void let_sigpipe_kill(void)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t only_sigpipe;
    sigemptyset(&only_sigpipe);
    sigaddset(&only_sigpipe, SIGPIPE);
    CHECK(sigaction(SIGPIPE, &standard, NULL) == 0);
    CHECK(sigprocmask(SIG_UNBLOCK, &only_sigpipe, NULL) == 0);
}

static int sigpipe_kills(void)
{
    struct sigaction now;
    sigset_t blocked;
    return sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL
        && sigprocmask(SIG_BLOCK, NULL, &blocked) == 0 && !sigismember(&blocked, SIGPIPE);
}

int main(void)
{
    let_sigpipe_kill();
    bankmeta_config *config = sandbox_config();
    bankmeta_client *client = NULL;
    /* So that each of the calls meets one closed connection. */
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "retry", "never", NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "breaker", "off", NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_client_new(config, &client, NULL));
    bankmeta_config_free(&config);
    for (int call = 0; call < CALLS; ++call) {
        bankmeta_answer *answer = (bankmeta_answer *)GARBAGE;
        bankmeta_error *error = NULL;
        bankmeta_status status = bankmeta_verify(client, CARD, NAME, NULL, NULL, &answer, &error);
        CHECK(status == BANKMETA_CONNECTION_LOST || status == BANKMETA_TLS);
        CHECK(status == bankmeta_error_status(error));
        CHECK(bankmeta_error_billed(error) != BANKMETA_BILLED_YES);
        CHECK(answer == NULL);
        bankmeta_error_free(&error);
    }
    bankmeta_client_free(&client);
    CHECK(sigpipe_kills());
    return report();
}
