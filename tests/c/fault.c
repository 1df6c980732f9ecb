/* Lets the library read out of bounds: shows that its own code is watched. */
#include <stdint.h>

int32_t bankmeta_test_read_out_of_bounds(void);

int main(void)
{
    return bankmeta_test_read_out_of_bounds() == 0;
}
