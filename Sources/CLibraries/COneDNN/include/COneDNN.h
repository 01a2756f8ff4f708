// The only door to oneDNN: a small, version-neutral surface, whose calls build against 2.6 and 3.x.
//
// Every function that can fail returns a `dnnl_status_t` as int, 0 for success. Memory descriptors
// and primitives are opaque and owned by the caller.
#ifndef ICHOR_CONEDNN_H
#define ICHOR_CONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ichor_descriptor ichor_descriptor;
typedef struct ichor_primitive ichor_primitive;
typedef struct ichor_memory ichor_memory;

enum { ICHOR_F32 = 0, ICHOR_BF16 = 1, ICHOR_U8 = 2, ICHOR_S32 = 3 };
// Layouts by axes: `ANY` lets the primitive choose.
enum {
  ICHOR_ANY = 0,
  ICHOR_A,
  ICHOR_AB,
  ICHOR_ABCD,
  ICHOR_ABCDE,
  ICHOR_NHWC,
  ICHOR_BLOCKED_16,  // channels in blocks of 16, each block's innermost
  ICHOR_BLOCKED_8,   // the same with blocks of 8
};

// Which tensor of a primitive; also the argument index in execution.
enum {
  ICHOR_SRC = 0,
  ICHOR_SRC_1,
  ICHOR_WEIGHTS,
  ICHOR_BIAS,
  ICHOR_DST,
  ICHOR_MEAN,
  ICHOR_VARIANCE,
  ICHOR_SCALE,
  ICHOR_SHIFT,
  ICHOR_WORKSPACE,
  ICHOR_SCRATCHPAD,
  ICHOR_DIFF_SRC,
  ICHOR_DIFF_WEIGHTS,
  ICHOR_DIFF_BIAS,
  ICHOR_DIFF_DST,
  ICHOR_DIFF_SCALE,
  ICHOR_DIFF_SHIFT,
  ICHOR_POST_OP_SRC,     // second operand of a binary post-op, the first post-op
  ICHOR_MULTIPLE_SRC = 1000,  // + i: the i-th source of a sum or concatenation
};

// Flags of batch normalisation.
enum { ICHOR_BN_GLOBAL_STATS = 1, ICHOR_BN_RELU = 2, ICHOR_BN_TRAINING = 4 };

// The library's version, as major * 10000 + minor * 100 + patch.
int ichor_dnnl_version(void);
const char *ichor_dnnl_status_text(int status);
// Whether the processor has bf16 arithmetic that oneDNN uses.
bool ichor_dnnl_has_bf16(void);
// Channels of a block in the layout of the processor's fast convolutions: 16 with AVX-512, else 8.
int ichor_dnnl_blocked_channels(void);
// Sets the number of threads of the OpenMP runtime that oneDNN was linked with, false if none is
// loaded.
bool ichor_set_openmp_threads(int count);
// Calls body(context, i) for every i below count on the threads of that runtime, on one where none
// is loaded, and returns when all are done.
void ichor_run_parallel(
    int threads, int64_t count, void (*body)(void *context, int64_t index), void *context);

int ichor_descriptor_create(
    ichor_descriptor **out, int ndims, const int64_t *dims, int type, int layout);
// The block of `source` that starts at `offsets`, sharing its strides.
int ichor_descriptor_submemory(
    ichor_descriptor **out, const ichor_descriptor *source, const int64_t *dims,
    const int64_t *offsets);
void ichor_descriptor_destroy(ichor_descriptor *descriptor);
size_t ichor_descriptor_size(const ichor_descriptor *descriptor);
int ichor_descriptor_axes(const ichor_descriptor *descriptor);
int64_t ichor_descriptor_dim(const ichor_descriptor *descriptor, int axis);
bool ichor_descriptor_equal(const ichor_descriptor *first, const ichor_descriptor *second);

int ichor_memory_create(ichor_memory **out, const ichor_descriptor *descriptor, void *data);
int ichor_memory_set_data(ichor_memory *memory, void *data);
void ichor_memory_destroy(ichor_memory *memory);

void ichor_primitive_destroy(ichor_primitive *primitive);
// The descriptor of one of the primitive's tensors; a zero-sized one where it has none.
int ichor_primitive_query(ichor_descriptor **out, const ichor_primitive *primitive, int tensor);
const char *ichor_primitive_implementation(const ichor_primitive *primitive);
// Runs it and waits. `tensors` holds the indices above, one for each memory.
int ichor_primitive_execute(
    const ichor_primitive *primitive, int count, const int *tensors, ichor_memory *const *memories);

// Window of a convolution or pooling. The padding at the far end is given by axis, since the library
// wants it to fit the output's extent exactly; the kernel's extents count for pooling only.
typedef struct {
  int64_t stride, kernel_height, kernel_width, padding, padding_bottom, padding_right;
} ichor_window;

// What follows a convolution: sum adds to what dst holds; residual adds a tensor given as
// ICHOR_POST_OP_SRC, of descriptor `residual`.
typedef struct {
  bool sum;
  bool relu;
  const ichor_descriptor *residual;
} ichor_post_ops;

int ichor_convolution_forward(
    ichor_primitive **out, bool training, const ichor_descriptor *src,
    const ichor_descriptor *weights, const ichor_descriptor *bias, const ichor_descriptor *dst,
    const ichor_window *window, ichor_post_ops post_ops);
int ichor_convolution_backward_data(
    ichor_primitive **out, const ichor_descriptor *diff_src, const ichor_descriptor *weights,
    const ichor_descriptor *diff_dst, const ichor_window *window, const ichor_primitive *forward);
int ichor_convolution_backward_weights(
    ichor_primitive **out, const ichor_descriptor *src, const ichor_descriptor *diff_weights,
    const ichor_descriptor *diff_bias, const ichor_descriptor *diff_dst,
    const ichor_window *window, const ichor_primitive *forward);

int ichor_linear_forward(
    ichor_primitive **out, bool training, const ichor_descriptor *src,
    const ichor_descriptor *weights, const ichor_descriptor *bias, const ichor_descriptor *dst);
int ichor_linear_backward_data(
    ichor_primitive **out, const ichor_descriptor *diff_src, const ichor_descriptor *weights,
    const ichor_descriptor *diff_dst, const ichor_primitive *forward);
int ichor_linear_backward_weights(
    ichor_primitive **out, const ichor_descriptor *src, const ichor_descriptor *diff_weights,
    const ichor_descriptor *diff_bias, const ichor_descriptor *diff_dst,
    const ichor_primitive *forward);

int ichor_batch_normalization_forward(
    ichor_primitive **out, const ichor_descriptor *data, float epsilon, int flags);
// Whether the gradient takes ICHOR_SHIFT too; the library refuses what it doesn't read.
bool ichor_batch_normalization_gradient_reads_shift(void);
int ichor_batch_normalization_backward(
    ichor_primitive **out, const ichor_descriptor *diff_data, const ichor_descriptor *data,
    float epsilon, int flags, const ichor_primitive *forward);

int ichor_pooling_forward(
    ichor_primitive **out, bool training, bool maximum, const ichor_descriptor *src,
    const ichor_descriptor *dst, const ichor_window *window);
int ichor_pooling_backward(
    ichor_primitive **out, bool maximum, const ichor_descriptor *diff_src,
    const ichor_descriptor *diff_dst, const ichor_window *window, const ichor_primitive *forward);

int ichor_relu_forward(ichor_primitive **out, bool training, const ichor_descriptor *data);
// The gradient where the forward result (not its source) was positive.
int ichor_relu_backward_from_dst(
    ichor_primitive **out, const ichor_descriptor *diff_data, const ichor_descriptor *data);

// dst = src + src_1, then ReLU if asked.
int ichor_addition(
    ichor_primitive **out, const ichor_descriptor *src, const ichor_descriptor *src_1,
    const ichor_descriptor *dst, bool relu);
int ichor_sum(
    ichor_primitive **out, const ichor_descriptor *dst, int count,
    const ichor_descriptor *const *sources);
int ichor_concatenation(
    ichor_primitive **out, const ichor_descriptor *dst, int axis, int count,
    const ichor_descriptor *const *sources);
int ichor_reorder(
    ichor_primitive **out, const ichor_descriptor *source, const ichor_descriptor *destination);

#endif
