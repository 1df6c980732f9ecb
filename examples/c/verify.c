/*
 * Verifies cards from standard input: card_number TAB name [TAB id_number [TAB mobile]], one
 * a line (arguments would show in `ps`). The access key comes from the environment variables
 * ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET. BANKMETA_ENDPOINT and
 * BANKMETA_CA_FILE, if set, lead to a sandbox instead of the service.
 */
#include <bankmeta.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cuts a field off the line; NULL if there is none left. */
static char *next_field(char **line)
{
    char *field = *line;
    char *tab = field == NULL ? NULL : strchr(field, '\t');
    if (tab != NULL)
        *tab = '\0';
    *line = tab == NULL ? NULL : tab + 1;
    return field;
}

static const char *or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

/* Returns 0 if the service answered. */
static int verify_line(const bankmeta_client *client, char *line)
{
    char *card_number = next_field(&line);
    char *name = next_field(&line);
    char *id_number = next_field(&line);
    char *mobile = next_field(&line);
    bankmeta_answer *answer = NULL;
    bankmeta_error *error = NULL;

    if (bankmeta_verify(client, card_number, name, id_number, mobile, &answer, &error)
        != BANKMETA_OK) {
        printf("error  %s\n", bankmeta_error_message(error));
        bankmeta_error_free(&error);
        return 1;
    }
    printf("%s  sub code %s (%s)  billed %s  request id %s\n",
           bankmeta_verdict_name(bankmeta_answer_verdict(answer)),
           or_dash(bankmeta_answer_sub_code(answer)),
           or_dash(bankmeta_answer_sub_code_meaning(answer)),
           bankmeta_billed_name(bankmeta_answer_billed(answer)),
           or_dash(bankmeta_answer_request_id(answer)));
    bankmeta_answer_free(&answer);
    return 0;
}

static int new_client(bankmeta_client **client, bankmeta_error **error)
{
    const char *endpoint = getenv("BANKMETA_ENDPOINT");
    const char *ca_file = getenv("BANKMETA_CA_FILE");
    bankmeta_config *config = bankmeta_config_new();
    int made = bankmeta_config_set(config, "credentials", "environment", error) == BANKMETA_OK
               && (endpoint == NULL
                   || bankmeta_config_set(config, "endpoint", endpoint, error) == BANKMETA_OK)
               && (ca_file == NULL
                   || bankmeta_config_set(config, "ca_file", ca_file, error) == BANKMETA_OK)
               && bankmeta_client_new(config, client, error) == BANKMETA_OK;
    bankmeta_config_free(&config);
    return made;
}

int main(void)
{
    char line[1024];
    bankmeta_client *client = NULL;
    bankmeta_error *error = NULL;
    int failures = 0;

    if (!new_client(&client, &error)) {
        fprintf(stderr, "%s\n", bankmeta_error_message(error));
        bankmeta_error_free(&error);
        return 2;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        failures += verify_line(client, line);
        fflush(stdout);
    }
    bankmeta_client_free(&client);
    return failures == 0 ? 0 : 1;
}
