/* Checks that count and go on; nothing here needs the library. */
#include "support.h"

#include <stdio.h>
#include <string.h>

static unsigned checks_passed, checks_failed;

void check(int good, const char *text, const char *file, int line)
{
    if (good) {
        ++checks_passed;
    } else {
        ++checks_failed;
        fprintf(stderr, "%s:%d: failed: %s\n", file, line, text);
    }
}

void check_text(const char *expected, const char *got, const char *text, const char *file,
                int line)
{
    int both = expected != NULL && got != NULL;
    check(both ? strcmp(expected, got) == 0 : expected == got, text, file, line);
}

int report(void)
{
    printf("%u checks passed, %u failed\n", checks_passed, checks_failed);
    return checks_failed == 0 && checks_passed > 0 ? 0 : 1;
}
