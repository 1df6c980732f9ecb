/* Two threads write one variable: shows that races are really looked for. */
#include <pthread.h>
#include <stddef.h>

static int shared;

static void *write_it(void *unused)
{
    shared += 1;
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, write_it, NULL);
    pthread_create(&other, NULL, write_it, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return shared == 0;
}
