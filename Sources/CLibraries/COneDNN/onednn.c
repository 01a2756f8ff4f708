#define _GNU_SOURCE
#include "COneDNN.h"

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if DNNL_VERSION_MAJOR >= 3
#define ICHOR_V3 1
#else
#define ICHOR_V3 0
#endif

// A pointer of the library's in 3.x, a plain value in 2.x.
struct ichor_descriptor {
  dnnl_memory_desc_t desc;
};

struct ichor_primitive {
  dnnl_primitive_desc_t desc;
  dnnl_primitive_t primitive;
};

#define CHECK(call)                       \
  do {                                    \
    dnnl_status_t status_ = (call);       \
    if (status_ != dnnl_success) return status_; \
  } while (0)

// Descriptors pass by pointer in 2.x and are pointers themselves in 3.x.
#if ICHOR_V3
#define MD(d) ((d) ? (d)->desc : NULL)
typedef const_dnnl_memory_desc_t md_ref;
#else
#define MD(d) ((d) ? &(d)->desc : NULL)
typedef const dnnl_memory_desc_t *md_ref;
#endif

static dnnl_engine_t shared_engine;
static dnnl_stream_t shared_stream;
static pthread_once_t created = PTHREAD_ONCE_INIT;

static void create(void) {
  if (dnnl_engine_create(&shared_engine, dnnl_cpu, 0) == dnnl_success)
    dnnl_stream_create(&shared_stream, shared_engine, dnnl_stream_default_flags);
}

static dnnl_engine_t engine(void) {
  pthread_once(&created, create);
  return shared_engine;
}

static dnnl_stream_t stream(void) {
  pthread_once(&created, create);
  return shared_stream;
}

int ichor_dnnl_version(void) {
  const dnnl_version_t *v = dnnl_version();
  return v->major * 10000 + v->minor * 100 + v->patch;
}

const char *ichor_dnnl_status_text(int status) {
  switch (status) {
    case dnnl_success: return "success";
    case dnnl_out_of_memory: return "out of memory";
    case dnnl_invalid_arguments: return "invalid arguments";
    case dnnl_unimplemented: return "not implemented for these shapes, types or layouts";
    case dnnl_runtime_error: return "runtime error";
    default: return "unknown status";
  }
}

bool ichor_dnnl_has_bf16(void) {
  // The instruction sets are a bit field in which a later set holds the bits of the earlier ones.
  int isa = (int)dnnl_get_effective_cpu_isa();
  int needed = (int)dnnl_cpu_isa_avx512_core_bf16;
  return (isa & needed) == needed;
}

bool ichor_set_openmp_threads(int count) {
  void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (!set) return false;
  set(count);
  return true;
}

typedef struct {
  void (*body)(void *, int64_t);
  void *context;
  int64_t count;
  atomic_llong next;
} parallel_run;

static void take_turns(void *data) {
  parallel_run *run = data;
  for (;;) {
    int64_t index = atomic_fetch_add(&run->next, 1);
    if (index >= run->count) return;
    run->body(run->context, index);
  }
}

void ichor_run_parallel(
    int threads, int64_t count, void (*body)(void *context, int64_t index), void *context) {
  parallel_run run = {body, context, count, 0};
  // The entry point that GCC's code for `#pragma omp parallel` calls; LLVM's runtime has it too.
  // Threads of another pool would fight with OpenMP's, which spin between two primitives.
  typedef void (*gomp_parallel)(void (*)(void *), void *, unsigned, unsigned);
  gomp_parallel parallel = (gomp_parallel)dlsym(RTLD_DEFAULT, "GOMP_parallel");
  if (parallel && threads > 1 && count > 1)
    parallel(take_turns, &run, (unsigned)threads, 0);
  else
    take_turns(&run);
}

// --- descriptors

static dnnl_data_type_t data_type(int type) {
  switch (type) {
    case ICHOR_F32: return dnnl_f32;
    case ICHOR_BF16: return dnnl_bf16;
    case ICHOR_U8: return dnnl_u8;
    default: return dnnl_s32;
  }
}

static dnnl_format_tag_t format_tag(int layout) {
  switch (layout) {
    case ICHOR_ANY: return dnnl_format_tag_any;
    case ICHOR_A: return dnnl_a;
    case ICHOR_AB: return dnnl_ab;
    case ICHOR_ABCD: return dnnl_abcd;
    case ICHOR_ABCDE: return dnnl_abcde;
    case ICHOR_BLOCKED_16: return dnnl_aBcd16b;
    default: return dnnl_acdb;
  }
}

static int wrap(ichor_descriptor **out, md_ref source) {
  ichor_descriptor *d = calloc(1, sizeof *d);
  if (!d) return dnnl_out_of_memory;
#if ICHOR_V3
  if (source) {
    dnnl_status_t status = dnnl_memory_desc_clone(&d->desc, source);
    if (status != dnnl_success) {
      free(d);
      return status;
    }
  }
#else
  if (source) d->desc = *source;
#endif
  *out = d;
  return dnnl_success;
}

int ichor_descriptor_create(
    ichor_descriptor **out, int ndims, const int64_t *dims, int type, int layout) {
  ichor_descriptor *d = calloc(1, sizeof *d);
  if (!d) return dnnl_out_of_memory;
  dnnl_dims_t extent = {0};
  for (int i = 0; i < ndims; ++i) extent[i] = dims[i];
#if ICHOR_V3
  dnnl_status_t status = dnnl_memory_desc_create_with_tag(
      &d->desc, ndims, extent, data_type(type), format_tag(layout));
#else
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(
      &d->desc, ndims, extent, data_type(type), format_tag(layout));
#endif
  if (status != dnnl_success) {
    free(d);
    return status;
  }
  *out = d;
  return dnnl_success;
}

int ichor_descriptor_clone(ichor_descriptor **out, const ichor_descriptor *source) {
  return wrap(out, MD(source));
}

int ichor_descriptor_submemory(
    ichor_descriptor **out, const ichor_descriptor *source, const int64_t *dims,
    const int64_t *offsets) {
  ichor_descriptor *d = calloc(1, sizeof *d);
  if (!d) return dnnl_out_of_memory;
  dnnl_dims_t extent = {0}, start = {0};
  int ndims = ichor_descriptor_axes(source);
  for (int i = 0; i < ndims; ++i) {
    extent[i] = dims[i];
    start[i] = offsets[i];
  }
#if ICHOR_V3
  dnnl_status_t status =
      dnnl_memory_desc_create_submemory(&d->desc, source->desc, extent, start);
#else
  dnnl_status_t status =
      dnnl_memory_desc_init_submemory(&d->desc, &source->desc, extent, start);
#endif
  if (status != dnnl_success) {
    free(d);
    return status;
  }
  *out = d;
  return dnnl_success;
}

void ichor_descriptor_destroy(ichor_descriptor *d) {
#if ICHOR_V3
  if (d && d->desc) dnnl_memory_desc_destroy(d->desc);
#endif
  free(d);
}

size_t ichor_descriptor_size(const ichor_descriptor *d) { return dnnl_memory_desc_get_size(MD(d)); }

int ichor_descriptor_axes(const ichor_descriptor *d) {
#if ICHOR_V3
  int ndims = 0;
  dnnl_memory_desc_query(d->desc, dnnl_query_ndims_s32, &ndims);
  return ndims;
#else
  return d->desc.ndims;
#endif
}

int64_t ichor_descriptor_dim(const ichor_descriptor *d, int axis) {
#if ICHOR_V3
  dnnl_dims_t *dims = NULL;
  dnnl_memory_desc_query(d->desc, dnnl_query_dims, &dims);
  return dims ? (*dims)[axis] : 0;
#else
  return d->desc.dims[axis];
#endif
}

bool ichor_descriptor_equal(const ichor_descriptor *a, const ichor_descriptor *b) {
  return dnnl_memory_desc_equal(MD(a), MD(b));
}

// --- memory

int ichor_memory_create(ichor_memory **out, const ichor_descriptor *descriptor, void *data) {
  return dnnl_memory_create(
      (dnnl_memory_t *)out, MD(descriptor), engine(), data ? data : DNNL_MEMORY_NONE);
}

int ichor_memory_set_data(ichor_memory *memory, void *data) {
  return dnnl_memory_set_data_handle((dnnl_memory_t)memory, data);
}

void ichor_memory_destroy(ichor_memory *memory) {
  if (memory) dnnl_memory_destroy((dnnl_memory_t)memory);
}

// --- primitives

static int finish(ichor_primitive **out, dnnl_primitive_desc_t desc) {
  ichor_primitive *p = calloc(1, sizeof *p);
  if (!p) {
    dnnl_primitive_desc_destroy(desc);
    return dnnl_out_of_memory;
  }
  p->desc = desc;
  dnnl_status_t status = dnnl_primitive_create(&p->primitive, desc);
  if (status != dnnl_success) {
    dnnl_primitive_desc_destroy(desc);
    free(p);
    return status;
  }
  *out = p;
  return dnnl_success;
}

void ichor_primitive_destroy(ichor_primitive *p) {
  if (!p) return;
  dnnl_primitive_destroy(p->primitive);
  dnnl_primitive_desc_destroy(p->desc);
  free(p);
}

int ichor_primitive_query(ichor_descriptor **out, const ichor_primitive *p, int tensor) {
  dnnl_query_t what;
  int index = 0;
  switch (tensor) {
    case ICHOR_SRC: what = dnnl_query_src_md; break;
    case ICHOR_SRC_1: what = dnnl_query_src_md; index = 1; break;
    case ICHOR_WEIGHTS: what = dnnl_query_weights_md; break;
    case ICHOR_BIAS: what = dnnl_query_weights_md; index = 1; break;
    case ICHOR_DST: what = dnnl_query_dst_md; break;
    case ICHOR_DIFF_SRC: what = dnnl_query_diff_src_md; break;
    case ICHOR_DIFF_WEIGHTS: what = dnnl_query_diff_weights_md; break;
    case ICHOR_DIFF_BIAS: what = dnnl_query_diff_weights_md; index = 1; break;
    case ICHOR_DIFF_DST: what = dnnl_query_diff_dst_md; break;
    case ICHOR_WORKSPACE: what = dnnl_query_workspace_md; break;
    case ICHOR_SCRATCHPAD: what = dnnl_query_scratchpad_md; break;
    default: return dnnl_invalid_arguments;
  }
  return wrap(out, dnnl_primitive_desc_query_md(p->desc, what, index));
}

const char *ichor_primitive_implementation(const ichor_primitive *p) {
  const char *text = NULL;
  dnnl_status_t status = dnnl_primitive_desc_query(p->desc, dnnl_query_impl_info_str, 0, &text);
  return status == dnnl_success && text ? text : "unknown";
}

static int argument(int tensor) {
  switch (tensor) {
    case ICHOR_SRC: return DNNL_ARG_SRC_0;
    case ICHOR_SRC_1: return DNNL_ARG_SRC_1;
    case ICHOR_WEIGHTS: return DNNL_ARG_WEIGHTS_0;
    case ICHOR_BIAS: return DNNL_ARG_BIAS;
    case ICHOR_DST: return DNNL_ARG_DST;
    case ICHOR_MEAN: return DNNL_ARG_MEAN;
    case ICHOR_VARIANCE: return DNNL_ARG_VARIANCE;
    case ICHOR_SCALE: return DNNL_ARG_SCALE;
    case ICHOR_SHIFT: return DNNL_ARG_SHIFT;
    case ICHOR_WORKSPACE: return DNNL_ARG_WORKSPACE;
    case ICHOR_SCRATCHPAD: return DNNL_ARG_SCRATCHPAD;
    case ICHOR_DIFF_SRC: return DNNL_ARG_DIFF_SRC;
    case ICHOR_DIFF_WEIGHTS: return DNNL_ARG_DIFF_WEIGHTS;
    case ICHOR_DIFF_BIAS: return DNNL_ARG_DIFF_BIAS;
    case ICHOR_DIFF_DST: return DNNL_ARG_DIFF_DST;
    case ICHOR_DIFF_SCALE: return DNNL_ARG_DIFF_SCALE;
    case ICHOR_DIFF_SHIFT: return DNNL_ARG_DIFF_SHIFT;
    case ICHOR_POST_OP_SRC: return DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1;
    default: return DNNL_ARG_MULTIPLE_SRC + (tensor - ICHOR_MULTIPLE_SRC);
  }
}

int ichor_primitive_execute(
    const ichor_primitive *p, int count, const int *tensors, ichor_memory *const *memories) {
  enum { ON_STACK = 32 };
  dnnl_exec_arg_t fixed[ON_STACK];
  dnnl_exec_arg_t *args = count <= ON_STACK ? fixed : malloc(sizeof *args * (size_t)count);
  if (!args) return dnnl_out_of_memory;
  for (int i = 0; i < count; ++i) {
    args[i].arg = argument(tensors[i]);
    args[i].memory = (dnnl_memory_t)memories[i];
  }
  dnnl_status_t status = dnnl_primitive_execute(p->primitive, stream(), count, args);
  if (status == dnnl_success) status = dnnl_stream_wait(stream());
  if (args != fixed) free(args);
  return status;
}

// Attributes with the scratchpad in the caller's hands, so that no step allocates.
static int attributes(dnnl_primitive_attr_t *out) {
  CHECK(dnnl_primitive_attr_create(out));
  return dnnl_primitive_attr_set_scratchpad_mode(*out, dnnl_scratchpad_mode_user);
}

static int append_relu(dnnl_post_ops_t ops) {
#if ICHOR_V3
  return dnnl_post_ops_append_eltwise(ops, dnnl_eltwise_relu, 0.f, 0.f);
#else
  return dnnl_post_ops_append_eltwise(ops, 1.f, dnnl_eltwise_relu, 0.f, 0.f);
#endif
}

static int set_post_ops(dnnl_primitive_attr_t attr, ichor_post_ops wanted) {
  dnnl_post_ops_t ops;
  CHECK(dnnl_post_ops_create(&ops));
  dnnl_status_t status = dnnl_success;
  if (wanted.residual) {
    status = dnnl_post_ops_append_binary(ops, dnnl_binary_add, MD(wanted.residual));
  }
  if (status == dnnl_success && wanted.sum) {
#if ICHOR_V3
    status = dnnl_post_ops_append_sum(ops, 1.f, 0, dnnl_data_type_undef);
#else
    status = dnnl_post_ops_append_sum(ops, 1.f);
#endif
  }
  if (status == dnnl_success && wanted.relu) status = append_relu(ops);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attr, ops);
  dnnl_post_ops_destroy(ops);
  return status;
}

static dnnl_primitive_desc_t hint(const ichor_primitive *forward) {
  return forward ? forward->desc : NULL;
}

// Makes the primitive from a primitive descriptor (3.x) or an operation descriptor (2.x).
#if ICHOR_V3
#define MAKE(out, attr, op, ...)                                        \
  dnnl_primitive_desc_t pd_ = NULL;                                            \
  dnnl_status_t made_ = dnnl_##op##_primitive_desc_create(&pd_, engine(), __VA_ARGS__, attr); \
  dnnl_primitive_attr_destroy(attr);                                           \
  CHECK(made_);                                                                \
  return finish(out, pd_)
#else
#define MAKE(out, attr, op, type, hint_, ...)                                  \
  type od_;                                                                    \
  dnnl_primitive_desc_t pd_ = NULL;                                            \
  dnnl_status_t made_ = dnnl_##op##_desc_init(&od_, __VA_ARGS__);              \
  if (made_ == dnnl_success)                                                   \
    made_ = dnnl_primitive_desc_create(&pd_, &od_, attr, engine(), hint(hint_)); \
  dnnl_primitive_attr_destroy(attr);                                           \
  CHECK(made_);                                                                \
  return finish(out, pd_)
#endif

// The window in the library's own form.
typedef struct {
  dnnl_dims_t stride, kernel, before, after, dilation;
} spatial;

static spatial expand(const ichor_window *w) {
  spatial s = {
      .stride = {w->stride, w->stride},
      .kernel = {w->kernel_height, w->kernel_width},
      .before = {w->padding, w->padding},
      .after = {w->padding_bottom, w->padding_right},
  };
  return s;
}

static dnnl_prop_kind_t forward_kind(bool training) {
  return training ? dnnl_forward_training : dnnl_forward_inference;
}

int ichor_convolution_forward(
    ichor_primitive **out, bool training, const ichor_descriptor *src,
    const ichor_descriptor *weights, const ichor_descriptor *bias, const ichor_descriptor *dst,
    const ichor_window *w, ichor_post_ops post_ops) {
  spatial s = expand(w);
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
  CHECK(set_post_ops(attr, post_ops));
#if ICHOR_V3
  MAKE(out, attr, convolution_forward, forward_kind(training), dnnl_convolution_direct,
       MD(src), MD(weights), MD(bias), MD(dst), s.stride, s.dilation, s.before,
       s.after);
#else
  MAKE(out, attr, convolution_forward, dnnl_convolution_desc_t, NULL, forward_kind(training),
       dnnl_convolution_direct, MD(src), MD(weights), MD(bias), MD(dst), s.stride,
       s.before, s.after);
#endif
}

int ichor_convolution_backward_data(
    ichor_primitive **out, const ichor_descriptor *diff_src, const ichor_descriptor *weights,
    const ichor_descriptor *diff_dst, const ichor_window *w, const ichor_primitive *forward) {
  spatial s = expand(w);
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
#if ICHOR_V3
  MAKE(out, attr, convolution_backward_data, dnnl_convolution_direct, MD(diff_src),
       MD(weights), MD(diff_dst), s.stride, s.dilation, s.before, s.after,
       hint(forward));
#else
  MAKE(out, attr, convolution_backward_data, dnnl_convolution_desc_t, forward,
       dnnl_convolution_direct, MD(diff_src), MD(weights), MD(diff_dst), s.stride,
       s.before, s.after);
#endif
}

int ichor_convolution_backward_weights(
    ichor_primitive **out, const ichor_descriptor *src, const ichor_descriptor *diff_weights,
    const ichor_descriptor *diff_bias, const ichor_descriptor *diff_dst, const ichor_window *w,
    const ichor_primitive *forward) {
  spatial s = expand(w);
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
#if ICHOR_V3
  MAKE(out, attr, convolution_backward_weights, dnnl_convolution_direct, MD(src),
       MD(diff_weights), MD(diff_bias), MD(diff_dst), s.stride, s.dilation, s.before,
       s.after, hint(forward));
#else
  MAKE(out, attr, convolution_backward_weights, dnnl_convolution_desc_t, forward,
       dnnl_convolution_direct, MD(src), MD(diff_weights), MD(diff_bias), MD(diff_dst), s.stride,
       s.before, s.after);
#endif
}

int ichor_linear_forward(
    ichor_primitive **out, bool training, const ichor_descriptor *src,
    const ichor_descriptor *weights, const ichor_descriptor *bias, const ichor_descriptor *dst) {
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
#if ICHOR_V3
  MAKE(out, attr, inner_product_forward, forward_kind(training), MD(src), MD(weights),
       MD(bias), MD(dst));
#else
  MAKE(out, attr, inner_product_forward, dnnl_inner_product_desc_t, NULL, forward_kind(training),
       MD(src), MD(weights), MD(bias), MD(dst));
#endif
}

int ichor_linear_backward_data(
    ichor_primitive **out, const ichor_descriptor *diff_src, const ichor_descriptor *weights,
    const ichor_descriptor *diff_dst, const ichor_primitive *forward) {
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
#if ICHOR_V3
  MAKE(out, attr, inner_product_backward_data, MD(diff_src), MD(weights), MD(diff_dst),
       hint(forward));
#else
  MAKE(out, attr, inner_product_backward_data, dnnl_inner_product_desc_t, forward, MD(diff_src),
       MD(weights), MD(diff_dst));
#endif
}

int ichor_linear_backward_weights(
    ichor_primitive **out, const ichor_descriptor *src, const ichor_descriptor *diff_weights,
    const ichor_descriptor *diff_bias, const ichor_descriptor *diff_dst,
    const ichor_primitive *forward) {
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
#if ICHOR_V3
  MAKE(out, attr, inner_product_backward_weights, MD(src), MD(diff_weights), MD(diff_bias),
       MD(diff_dst), hint(forward));
#else
  MAKE(out, attr, inner_product_backward_weights, dnnl_inner_product_desc_t, forward, MD(src),
       MD(diff_weights), MD(diff_bias), MD(diff_dst));
#endif
}

static unsigned normalization_flags(int flags) {
  unsigned result = dnnl_use_scale | dnnl_use_shift;
  if (flags & ICHOR_BN_GLOBAL_STATS) result |= dnnl_use_global_stats;
  if (flags & ICHOR_BN_RELU) result |= dnnl_fuse_norm_relu;
  return result;
}

int ichor_batch_normalization_forward(
    ichor_primitive **out, const ichor_descriptor *data, float epsilon, int flags) {
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
  dnnl_prop_kind_t kind = forward_kind((flags & ICHOR_BN_TRAINING) != 0);
#if ICHOR_V3
  MAKE(out, attr, batch_normalization_forward, kind, MD(data), MD(data), epsilon,
       normalization_flags(flags));
#else
  MAKE(out, attr, batch_normalization_forward, dnnl_batch_normalization_desc_t, NULL, kind,
       MD(data), epsilon, normalization_flags(flags));
#endif
}

int ichor_batch_normalization_backward(
    ichor_primitive **out, const ichor_descriptor *diff_data, const ichor_descriptor *data,
    float epsilon, int flags, const ichor_primitive *forward) {
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
#if ICHOR_V3
  MAKE(out, attr, batch_normalization_backward, dnnl_backward, MD(diff_data), MD(diff_data),
       MD(data), epsilon, normalization_flags(flags), hint(forward));
#else
  MAKE(out, attr, batch_normalization_backward, dnnl_batch_normalization_desc_t, forward,
       dnnl_backward, MD(diff_data), MD(data), epsilon, normalization_flags(flags));
#endif
}

static dnnl_alg_kind_t pooling_kind(bool maximum) {
  return maximum ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding;
}

int ichor_pooling_forward(
    ichor_primitive **out, bool training, bool maximum, const ichor_descriptor *src,
    const ichor_descriptor *dst, const ichor_window *w) {
  spatial s = expand(w);
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
#if ICHOR_V3
  MAKE(out, attr, pooling_forward, forward_kind(training), pooling_kind(maximum), MD(src),
       MD(dst), s.stride, s.kernel, s.dilation, s.before, s.after);
#else
  MAKE(out, attr, pooling_forward, dnnl_pooling_desc_t, NULL, forward_kind(training),
       pooling_kind(maximum), MD(src), MD(dst), s.stride, s.kernel, s.before,
       s.after);
#endif
}

int ichor_pooling_backward(
    ichor_primitive **out, bool maximum, const ichor_descriptor *diff_src,
    const ichor_descriptor *diff_dst, const ichor_window *w, const ichor_primitive *forward) {
  spatial s = expand(w);
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
#if ICHOR_V3
  MAKE(out, attr, pooling_backward, pooling_kind(maximum), MD(diff_src), MD(diff_dst),
       s.stride, s.kernel, s.dilation, s.before, s.after, hint(forward));
#else
  MAKE(out, attr, pooling_backward, dnnl_pooling_desc_t, forward, pooling_kind(maximum),
       MD(diff_src), MD(diff_dst), s.stride, s.kernel, s.before, s.after);
#endif
}

int ichor_relu_forward(ichor_primitive **out, bool training, const ichor_descriptor *data) {
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
#if ICHOR_V3
  MAKE(out, attr, eltwise_forward, forward_kind(training), dnnl_eltwise_relu, MD(data),
       MD(data), 0.f, 0.f);
#else
  MAKE(out, attr, eltwise_forward, dnnl_eltwise_desc_t, NULL, forward_kind(training),
       dnnl_eltwise_relu, MD(data), 0.f, 0.f);
#endif
}

int ichor_relu_backward_from_dst(
    ichor_primitive **out, const ichor_descriptor *diff_data, const ichor_descriptor *data) {
  ichor_primitive *forward = NULL;
  CHECK(ichor_relu_forward(&forward, true, data));
  dnnl_primitive_attr_t attr;
  int status = attributes(&attr);
  if (status != dnnl_success) {
    ichor_primitive_destroy(forward);
    return status;
  }
  dnnl_primitive_desc_t pd = NULL;
#if ICHOR_V3
  status = dnnl_eltwise_backward_primitive_desc_create(
      &pd, engine(), dnnl_eltwise_relu_use_dst_for_bwd, MD(diff_data), MD(diff_data), MD(data),
      0.f, 0.f, NULL, attr);
#else
  dnnl_eltwise_desc_t od;
  status = dnnl_eltwise_backward_desc_init(
      &od, dnnl_eltwise_relu_use_dst_for_bwd, MD(diff_data), MD(data), 0.f, 0.f);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create(&pd, &od, attr, engine(), forward->desc);
#endif
  dnnl_primitive_attr_destroy(attr);
  ichor_primitive_destroy(forward);
  CHECK(status);
  return finish(out, pd);
}

int ichor_addition(
    ichor_primitive **out, const ichor_descriptor *src, const ichor_descriptor *src_1,
    const ichor_descriptor *dst, bool relu) {
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
  CHECK(set_post_ops(attr, (ichor_post_ops){.relu = relu}));
#if ICHOR_V3
  dnnl_primitive_desc_t pd = NULL;
  dnnl_status_t status = dnnl_binary_primitive_desc_create(
      &pd, engine(), dnnl_binary_add, MD(src), MD(src_1), MD(dst), attr);
  dnnl_primitive_attr_destroy(attr);
  CHECK(status);
  return finish(out, pd);
#else
  dnnl_binary_desc_t od;
  dnnl_primitive_desc_t pd = NULL;
  dnnl_status_t status =
      dnnl_binary_desc_init(&od, dnnl_binary_add, MD(src), MD(src_1), MD(dst));
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create(&pd, &od, attr, engine(), NULL);
  dnnl_primitive_attr_destroy(attr);
  CHECK(status);
  return finish(out, pd);
#endif
}

// The descriptors of several sources as the library takes them: an array of values in 2.x, of
// pointers in 3.x.
static dnnl_memory_desc_t *source_array(int count, const ichor_descriptor *const *sources) {
  dnnl_memory_desc_t *array = malloc(sizeof *array * (size_t)count);
  for (int i = 0; array && i < count; ++i) array[i] = sources[i]->desc;
  return array;
}

int ichor_sum(
    ichor_primitive **out, const ichor_descriptor *dst, int count,
    const ichor_descriptor *const *sources) {
  dnnl_memory_desc_t *array = source_array(count, sources);
  float *scales = malloc(sizeof *scales * (size_t)count);
  dnnl_primitive_attr_t attr = NULL;
  dnnl_primitive_desc_t pd = NULL;
  int status = array && scales ? attributes(&attr) : dnnl_out_of_memory;
  if (status == dnnl_success) {
    for (int i = 0; i < count; ++i) scales[i] = 1.f;
#if ICHOR_V3
    status = dnnl_sum_primitive_desc_create(
        &pd, engine(), MD(dst), count, scales, (const_dnnl_memory_desc_t *)array, attr);
#else
    status = dnnl_sum_primitive_desc_create(&pd, MD(dst), count, scales, array, attr, engine());
#endif
    dnnl_primitive_attr_destroy(attr);
  }
  free(array);
  free(scales);
  CHECK(status);
  return finish(out, pd);
}

int ichor_concatenation(
    ichor_primitive **out, const ichor_descriptor *dst, int axis, int count,
    const ichor_descriptor *const *sources) {
  dnnl_memory_desc_t *array = source_array(count, sources);
  dnnl_primitive_attr_t attr = NULL;
  dnnl_primitive_desc_t pd = NULL;
  int status = array ? attributes(&attr) : dnnl_out_of_memory;
  if (status == dnnl_success) {
#if ICHOR_V3
    status = dnnl_concat_primitive_desc_create(
        &pd, engine(), MD(dst), count, axis, (const_dnnl_memory_desc_t *)array, attr);
#else
    status = dnnl_concat_primitive_desc_create(&pd, MD(dst), count, axis, array, attr, engine());
#endif
    dnnl_primitive_attr_destroy(attr);
  }
  free(array);
  CHECK(status);
  return finish(out, pd);
}

int ichor_reorder(
    ichor_primitive **out, const ichor_descriptor *source, const ichor_descriptor *destination) {
  dnnl_primitive_attr_t attr;
  CHECK(attributes(&attr));
  dnnl_primitive_desc_t pd = NULL;
  dnnl_status_t status = dnnl_reorder_primitive_desc_create(
      &pd, MD(source), engine(), MD(destination), engine(), attr);
  dnnl_primitive_attr_destroy(attr);
  CHECK(status);
  return finish(out, pd);
}
