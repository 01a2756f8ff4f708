// The few calls of OpenBLAS that Ichor makes, so that no CBLAS header reaches Swift.
#ifndef ICHOR_COPENBLAS_H
#define ICHOR_COPENBLAS_H

#include <stdbool.h>

// The build of the loaded library, such as "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ... SkylakeX".
const char *ichor_openblas_config(void);

// Every call then runs on its caller's thread: the threads are the caller's business.
void ichor_openblas_use_one_thread(void);

// c[m, n] = a[m, k] * b[k, n] + beta * c, dense and row-major. A transposed operand is stored as
// [k, m] or [n, k].
void ichor_sgemm(
    bool transpose_a, bool transpose_b, int m, int n, int k, const float *a, const float *b,
    float beta, float *c);

#endif
