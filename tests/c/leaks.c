/* Leaks a handle: shows that the leak check is really on. */
#include <bankmeta.h>

int main(void)
{
    bankmeta_config_new();
    return 0;
}
