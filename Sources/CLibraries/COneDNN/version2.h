// oneDNN 2.x behind the interface of 3.x. There a memory descriptor is a value and not a handle,
// and a primitive descriptor comes from an operation descriptor that is initialised first. The
// functions that only 3.x has keep their names; dilation is always zero here.
#include <stdlib.h>

typedef dnnl_memory_desc_t *memory_desc;
typedef const dnnl_memory_desc_t *const_memory_desc;

// The gradient of a batch normalisation reads the shift.
enum { NORMALIZATION_GRADIENT_READS_SHIFT = 1 };

// --- memory descriptors

static inline dnnl_status_t dnnl_memory_desc_destroy(memory_desc desc) {
  free(desc);
  return dnnl_success;
}

// Gives `desc` to the caller, or releases it where filling it failed.
static inline dnnl_status_t keep_desc(
    memory_desc *out, memory_desc desc, dnnl_status_t filled) {
  if (filled == dnnl_success)
    *out = desc;
  else
    free(desc);
  return filled;
}

static inline dnnl_status_t dnnl_memory_desc_clone(memory_desc *out, const_memory_desc source) {
  memory_desc desc = malloc(sizeof *desc);
  if (!desc) return dnnl_out_of_memory;
  *desc = *source;
  return keep_desc(out, desc, dnnl_success);
}

static inline dnnl_status_t dnnl_memory_desc_create_with_tag(
    memory_desc *out, int axes, const dnnl_dims_t dims, dnnl_data_type_t type,
    dnnl_format_tag_t tag) {
  memory_desc desc = malloc(sizeof *desc);
  if (!desc) return dnnl_out_of_memory;
  return keep_desc(out, desc, dnnl_memory_desc_init_by_tag(desc, axes, dims, type, tag));
}

static inline dnnl_status_t dnnl_memory_desc_create_submemory(
    memory_desc *out, const_memory_desc parent, const dnnl_dims_t dims,
    const dnnl_dims_t offsets) {
  memory_desc desc = malloc(sizeof *desc);
  if (!desc) return dnnl_out_of_memory;
  return keep_desc(out, desc, dnnl_memory_desc_init_submemory(desc, parent, dims, offsets));
}

static inline int desc_axes(const_memory_desc desc) { return desc->ndims; }

static inline int64_t desc_dim(const_memory_desc desc, int axis) { return desc->dims[axis]; }

// --- post-ops

static inline dnnl_status_t append_relu(dnnl_post_ops_t ops) {
  return dnnl_post_ops_append_eltwise(ops, 1.f, dnnl_eltwise_relu, 0.f, 0.f);
}

static inline dnnl_status_t append_sum(dnnl_post_ops_t ops) {
  return dnnl_post_ops_append_sum(ops, 1.f);
}

// --- primitive descriptors

// Initialises an operation descriptor of the type, then makes the primitive descriptor from it.
#define DESCRIBE(type, init, hint_, ...)                                                   \
  type operation;                                                                          \
  dnnl_status_t status = init(&operation, __VA_ARGS__);                                    \
  return status == dnnl_success                                                            \
             ? dnnl_primitive_desc_create(out, &operation, attr, engine, hint_)            \
             : status

static inline dnnl_status_t dnnl_convolution_forward_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const_memory_desc src, const_memory_desc weights,
    const_memory_desc bias, const_memory_desc dst, const dnnl_dims_t stride,
    const dnnl_dims_t dilation, const dnnl_dims_t before, const dnnl_dims_t after,
    const_dnnl_primitive_attr_t attr) {
  (void)dilation;
  DESCRIBE(
      dnnl_convolution_desc_t, dnnl_convolution_forward_desc_init, NULL, kind, algorithm, src,
      weights, bias, dst, stride, before, after);
}

static inline dnnl_status_t dnnl_convolution_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_memory_desc diff_src, const_memory_desc weights, const_memory_desc diff_dst,
    const dnnl_dims_t stride, const dnnl_dims_t dilation, const dnnl_dims_t before,
    const dnnl_dims_t after, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attr) {
  (void)dilation;
  DESCRIBE(
      dnnl_convolution_desc_t, dnnl_convolution_backward_data_desc_init, forward, algorithm,
      diff_src, weights, diff_dst, stride, before, after);
}

static inline dnnl_status_t dnnl_convolution_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_memory_desc src, const_memory_desc diff_weights, const_memory_desc diff_bias,
    const_memory_desc diff_dst, const dnnl_dims_t stride, const dnnl_dims_t dilation,
    const dnnl_dims_t before, const dnnl_dims_t after, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attr) {
  (void)dilation;
  DESCRIBE(
      dnnl_convolution_desc_t, dnnl_convolution_backward_weights_desc_init, forward, algorithm,
      src, diff_weights, diff_bias, diff_dst, stride, before, after);
}

static inline dnnl_status_t dnnl_inner_product_forward_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const_memory_desc src, const_memory_desc weights, const_memory_desc bias,
    const_memory_desc dst, const_dnnl_primitive_attr_t attr) {
  DESCRIBE(
      dnnl_inner_product_desc_t, dnnl_inner_product_forward_desc_init, NULL, kind, src, weights,
      bias, dst);
}

static inline dnnl_status_t dnnl_inner_product_backward_data_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, const_memory_desc diff_src,
    const_memory_desc weights, const_memory_desc diff_dst, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attr) {
  DESCRIBE(
      dnnl_inner_product_desc_t, dnnl_inner_product_backward_data_desc_init, forward, diff_src,
      weights, diff_dst);
}

static inline dnnl_status_t dnnl_inner_product_backward_weights_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, const_memory_desc src,
    const_memory_desc diff_weights, const_memory_desc diff_bias, const_memory_desc diff_dst,
    const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attr) {
  DESCRIBE(
      dnnl_inner_product_desc_t, dnnl_inner_product_backward_weights_desc_init, forward, src,
      diff_weights, diff_bias, diff_dst);
}

static inline dnnl_status_t dnnl_batch_normalization_forward_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const_memory_desc src, const_memory_desc dst, float epsilon, unsigned flags,
    const_dnnl_primitive_attr_t attr) {
  (void)dst;
  DESCRIBE(
      dnnl_batch_normalization_desc_t, dnnl_batch_normalization_forward_desc_init, NULL, kind,
      src, epsilon, flags);
}

static inline dnnl_status_t dnnl_batch_normalization_backward_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const_memory_desc diff_src, const_memory_desc diff_dst, const_memory_desc src, float epsilon,
    unsigned flags, const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attr) {
  (void)diff_dst;
  DESCRIBE(
      dnnl_batch_normalization_desc_t, dnnl_batch_normalization_backward_desc_init, forward, kind,
      diff_src, src, epsilon, flags);
}

static inline dnnl_status_t dnnl_pooling_forward_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const_memory_desc src, const_memory_desc dst,
    const dnnl_dims_t stride, const dnnl_dims_t kernel, const dnnl_dims_t dilation,
    const dnnl_dims_t before, const dnnl_dims_t after, const_dnnl_primitive_attr_t attr) {
  (void)dilation;
  DESCRIBE(
      dnnl_pooling_desc_t, dnnl_pooling_forward_desc_init, NULL, kind, algorithm, src, dst, stride,
      kernel, before, after);
}

static inline dnnl_status_t dnnl_pooling_backward_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_memory_desc diff_src, const_memory_desc diff_dst, const dnnl_dims_t stride,
    const dnnl_dims_t kernel, const dnnl_dims_t dilation, const dnnl_dims_t before,
    const dnnl_dims_t after, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attr) {
  (void)dilation;
  DESCRIBE(
      dnnl_pooling_desc_t, dnnl_pooling_backward_desc_init, forward, algorithm, diff_src, diff_dst,
      stride, kernel, before, after);
}

static inline dnnl_status_t dnnl_eltwise_forward_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const_memory_desc src, const_memory_desc dst, float alpha,
    float beta, const_dnnl_primitive_attr_t attr) {
  (void)dst;
  DESCRIBE(
      dnnl_eltwise_desc_t, dnnl_eltwise_forward_desc_init, NULL, kind, algorithm, src, alpha, beta);
}

static inline dnnl_status_t dnnl_eltwise_backward_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_memory_desc diff_src, const_memory_desc diff_dst, const_memory_desc data, float alpha,
    float beta, const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attr) {
  (void)diff_dst;
  DESCRIBE(
      dnnl_eltwise_desc_t, dnnl_eltwise_backward_desc_init, forward, algorithm, diff_src, data,
      alpha, beta);
}

static inline dnnl_status_t dnnl_binary_primitive_desc_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const_memory_desc src, const_memory_desc src_1, const_memory_desc dst,
    const_dnnl_primitive_attr_t attr) {
  DESCRIBE(dnnl_binary_desc_t, dnnl_binary_desc_init, NULL, algorithm, src, src_1, dst);
}

#undef DESCRIBE

// The library takes the sources of a sum or concatenation as an array of values.
static inline dnnl_memory_desc_t *values_of(int count, const const_memory_desc *sources) {
  dnnl_memory_desc_t *values = malloc(sizeof *values * (size_t)count);
  for (int i = 0; values && i < count; ++i) values[i] = *sources[i];
  return values;
}

static inline dnnl_status_t describe_sum(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, const_memory_desc dst, int count,
    const float *scales, const const_memory_desc *sources, const_dnnl_primitive_attr_t attr) {
  dnnl_memory_desc_t *values = values_of(count, sources);
  if (!values) return dnnl_out_of_memory;
  dnnl_status_t status =
      dnnl_sum_primitive_desc_create(out, dst, count, scales, values, attr, engine);
  free(values);
  return status;
}

static inline dnnl_status_t describe_concatenation(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, const_memory_desc dst, int count, int axis,
    const const_memory_desc *sources, const_dnnl_primitive_attr_t attr) {
  dnnl_memory_desc_t *values = values_of(count, sources);
  if (!values) return dnnl_out_of_memory;
  dnnl_status_t status =
      dnnl_concat_primitive_desc_create(out, dst, count, axis, values, attr, engine);
  free(values);
  return status;
}
