// Descriptors of tensors, and memory that is described by one.
#include "library.h"

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
    case ICHOR_BLOCKED_8: return dnnl_aBcd8b;
    default: return dnnl_acdb;
  }
}

int ichor_descriptor_create(
    ichor_descriptor **out, int ndims, const int64_t *dims, int type, int layout) {
  dnnl_dims_t extent = {0};
  for (int i = 0; i < ndims; ++i) extent[i] = dims[i];
  return dnnl_memory_desc_create_with_tag(
      (memory_desc *)out, ndims, extent, data_type(type), format_tag(layout));
}

int ichor_descriptor_submemory(
    ichor_descriptor **out, const ichor_descriptor *source, const int64_t *dims,
    const int64_t *offsets) {
  dnnl_dims_t extent = {0}, start = {0};
  int ndims = ichor_descriptor_axes(source);
  for (int i = 0; i < ndims; ++i) {
    extent[i] = dims[i];
    start[i] = offsets[i];
  }
  return dnnl_memory_desc_create_submemory((memory_desc *)out, md(source), extent, start);
}

void ichor_descriptor_destroy(ichor_descriptor *descriptor) {
  if (descriptor) dnnl_memory_desc_destroy((memory_desc)descriptor);
}

size_t ichor_descriptor_size(const ichor_descriptor *descriptor) {
  return dnnl_memory_desc_get_size(md(descriptor));
}

int ichor_descriptor_axes(const ichor_descriptor *descriptor) { return desc_axes(md(descriptor)); }

int64_t ichor_descriptor_dim(const ichor_descriptor *descriptor, int axis) {
  return desc_dim(md(descriptor), axis);
}

bool ichor_descriptor_equal(const ichor_descriptor *first, const ichor_descriptor *second) {
  return dnnl_memory_desc_equal(md(first), md(second));
}

int ichor_memory_create(ichor_memory **out, const ichor_descriptor *descriptor, void *data) {
  return dnnl_memory_create(
      (dnnl_memory_t *)out, md(descriptor), ichor_engine(), data ? data : DNNL_MEMORY_NONE);
}

int ichor_memory_set_data(ichor_memory *memory, void *data) {
  return dnnl_memory_set_data_handle((dnnl_memory_t)memory, data);
}

void ichor_memory_destroy(ichor_memory *memory) {
  if (memory) dnnl_memory_destroy((dnnl_memory_t)memory);
}
