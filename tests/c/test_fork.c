/* Fork: what parent and child may do with clients made before and after it. */
#include <bankmeta.h>

#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

/* Whether a child may use a client that its parent made. */
#ifndef CHILD_MAY_USE_PARENTS_CLIENT
#define CHILD_MAY_USE_PARENTS_CLIENT 1
#endif

static int verifies(const bankmeta_client *client)
{
    bankmeta_answer *answer = NULL;
    bankmeta_error *error = NULL;
    int works = bankmeta_verify(client, CARD, NAME, NULL, NULL, &answer, &error) == BANKMETA_OK
                && bankmeta_answer_verdict(answer) == BANKMETA_VERDICT_MATCH
                && bankmeta_answer_attempt_count(answer) == 1;
    if (!works)
        fprintf(stderr, "verify: %s\n", bankmeta_error_message(error));
    bankmeta_answer_free(&answer);
    bankmeta_error_free(&error);
    return works;
}

/* A child that makes a client of its own, and frees it. */
static int with_own_client(bankmeta_client *of_parent)
{
    bankmeta_client *client = sandbox_client();
    int works = verifies(client) && verifies(client);
    bankmeta_client_free(&client);
    (void)of_parent;
    return works;
}

static int frees_client_of_parent(bankmeta_client *of_parent)
{
    bankmeta_client_free(&of_parent);
    return of_parent == NULL && with_own_client(NULL);
}

#if CHILD_MAY_USE_PARENTS_CLIENT
static int uses_client_of_parent(bankmeta_client *of_parent)
{
    return verifies(of_parent) && verifies(of_parent);
}
#endif

static int child_succeeds(int (*task)(bankmeta_client *), bankmeta_client *client);

/* How many more generations are to follow the present one. */
static int to_come = 7;

static int handed_on(bankmeta_client *client)
{
    bankmeta_error *error = NULL;
    if (to_come-- > 0)
        return verifies(client) && child_succeeds(handed_on, client);
    int refused = bankmeta_client_warm_up(client, &error) == BANKMETA_CONFIGURATION
                  && bankmeta_error_billed(error) == BANKMETA_BILLED_NO;
    bankmeta_error_free(&error);
    return refused;
}

static int child_succeeds(int (*task)(bankmeta_client *), bankmeta_client *client)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0)
        _exit(task(client) ? 0 : 1);
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)
           && WEXITSTATUS(status) == 0;
}

int main(void)
{
    bankmeta_client *client = sandbox_client();
    /* So that it has a connection, which both processes hold from then on. */
    CHECK(verifies(client));
    CHECK(child_succeeds(with_own_client, client));
    CHECK(verifies(client));
    CHECK(child_succeeds(frees_client_of_parent, client));
    CHECK(verifies(client));
#if CHILD_MAY_USE_PARENTS_CLIENT
    CHECK(child_succeeds(uses_client_of_parent, client));
    CHECK(verifies(client));
    /* The seventh generation is the last; the one after it is told so. */
    CHECK(child_succeeds(handed_on, client));
#endif
    bankmeta_client_free(&client);
    return report();
}
