// What the files of the shim share. They are written for the interface of oneDNN 3.x; this is the
// only place that checks the version.
#ifndef ICHOR_LIBRARY_H
#define ICHOR_LIBRARY_H

#include <oneapi/dnnl/dnnl.h>

#include "COneDNN.h"

#if DNNL_VERSION_MAJOR >= 3
#include "version3.h"
#else
#include "version2.h"
#endif

#define CHECK(call)                              \
  do {                                           \
    dnnl_status_t status_ = (call);              \
    if (status_ != dnnl_success) return status_; \
  } while (0)

struct ichor_primitive {
  dnnl_primitive_desc_t desc;
  dnnl_primitive_t primitive;
};

// The one engine and stream, made with the first call.
dnnl_engine_t ichor_engine(void);
dnnl_stream_t ichor_stream(void);

// A descriptor of the shim is one of the library.
static inline const_memory_desc md(const ichor_descriptor *descriptor) {
  return (const_memory_desc)descriptor;
}

// Attributes with the scratchpad in the caller's hands, so that no step allocates, and the
// operations that follow the primitive's own.
dnnl_status_t ichor_attributes(dnnl_primitive_attr_t *out, ichor_post_ops post_ops);

static const ichor_post_ops no_post_ops = {0};

// The end of every constructor: releases the attributes and, where the description succeeded,
// makes its primitive.
int ichor_finish(
    ichor_primitive **out, dnnl_status_t described, dnnl_primitive_desc_t desc,
    dnnl_primitive_attr_t attr);

// The description of the forward pass, which a backward one asks for as its hint.
static inline const_dnnl_primitive_desc_t hint(const ichor_primitive *forward) {
  return forward ? forward->desc : NULL;
}

static inline dnnl_prop_kind_t forward_kind(bool training) {
  return training ? dnnl_forward_training : dnnl_forward_inference;
}

// The window in the library's own form.
typedef struct {
  dnnl_dims_t stride, kernel, dilation, before, after;
} spatial;

static inline spatial expand(const ichor_window *window) {
  return (spatial){
      .stride = {window->stride, window->stride},
      .kernel = {window->kernel_height, window->kernel_width},
      .before = {window->padding, window->padding},
      .after = {window->padding_bottom, window->padding_right},
  };
}

#endif
