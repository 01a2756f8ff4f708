#ifndef ICHOR_CLIBDEFLATE_SHIM_H
#define ICHOR_CLIBDEFLATE_SHIM_H

#include <libdeflate.h>

#endif
