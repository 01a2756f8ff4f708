#ifndef ICHOR_CZLIB_SHIM_H
#define ICHOR_CZLIB_SHIM_H

#include <zlib.h>

#endif
