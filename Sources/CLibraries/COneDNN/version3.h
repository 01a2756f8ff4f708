// oneDNN 3.x: where `version2.h` has to say it differently.
typedef dnnl_memory_desc_t memory_desc;
typedef const_dnnl_memory_desc_t const_memory_desc;

// The gradient of a batch normalisation refuses the shift.
enum { NORMALIZATION_GRADIENT_READS_SHIFT = 0 };

static inline int desc_axes(const_memory_desc desc) {
  int axes = 0;
  dnnl_memory_desc_query(desc, dnnl_query_ndims_s32, &axes);
  return axes;
}

static inline int64_t desc_dim(const_memory_desc desc, int axis) {
  dnnl_dims_t *dims = NULL;
  dnnl_memory_desc_query(desc, dnnl_query_dims, &dims);
  return dims ? (*dims)[axis] : 0;
}

static inline dnnl_status_t append_relu(dnnl_post_ops_t ops) {
  return dnnl_post_ops_append_eltwise(ops, dnnl_eltwise_relu, 0.f, 0.f);
}

static inline dnnl_status_t append_sum(dnnl_post_ops_t ops) {
  return dnnl_post_ops_append_sum(ops, 1.f, 0, dnnl_data_type_undef);
}

static inline dnnl_status_t describe_sum(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, const_memory_desc dst, int count,
    const float *scales, const const_memory_desc *sources, const_dnnl_primitive_attr_t attr) {
  return dnnl_sum_primitive_desc_create(out, engine, dst, count, scales, sources, attr);
}

static inline dnnl_status_t describe_concatenation(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, const_memory_desc dst, int count, int axis,
    const const_memory_desc *sources, const_dnnl_primitive_attr_t attr) {
  return dnnl_concat_primitive_desc_create(out, engine, dst, count, axis, sources, attr);
}
