"""Times PyTorch or OpenVINO on a synthetic batch; prints one JSON object.

PyTorch: channels_last, automatic mixed precision for bf16, SGD with Nesterov momentum, one input
channel and six classes: the fastest usual way on a CPU without compiling the model.
"""

import argparse
import json
import resource
import time

import torch


def timed(step, batch, steps, warmup=3):
    seconds = []
    for number in range(warmup + steps):
        begun = time.perf_counter()
        step()
        if number >= warmup:
            seconds.append(time.perf_counter() - begun)
    seconds.sort()
    return {
        "images_per_second_best": batch / seconds[0],
        "images_per_second_median": batch / seconds[len(seconds) // 2],
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=["pytorch", "openvino"])
    parser.add_argument("task", choices=["train", "predict"])
    parser.add_argument("--model", required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--precision", choices=["f32", "bf16"], required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    import timm

    model = timm.create_model(options.model, num_classes=6, in_chans=1)
    images = torch.randn(options.batch, 1, options.size, options.size)
    mixed = torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.precision == "bf16")

    if options.peer == "openvino":
        import numpy
        import openvino

        core = openvino.Core()
        compiled = core.compile_model(
            openvino.convert_model(model.eval(), example_input=images),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": options.precision,
                "INFERENCE_NUM_THREADS": options.threads,
                "PERFORMANCE_HINT": "LATENCY",
            },
        )
        request = compiled.create_infer_request()
        batch = numpy.ascontiguousarray(images.numpy())
        print(json.dumps(timed(lambda: request.infer([batch]), options.batch, options.steps)))
        return

    model = model.to(memory_format=torch.channels_last)
    images = images.to(memory_format=torch.channels_last)
    if options.task == "predict":
        model.eval()

        def step():
            with torch.inference_mode(), mixed:
                model(images)

    else:
        model.train()
        targets = (torch.rand(options.batch, 6) < 0.15).float()
        weights = torch.tensor([2.0, 1, 1, 1, 1, 1])
        optimizer = torch.optim.SGD(
            model.parameters(), lr=1e-3, momentum=0.9, nesterov=True, weight_decay=1e-4
        )

        def step():
            optimizer.zero_grad(set_to_none=True)
            with mixed:
                logits = model(images)
            each = torch.nn.functional.binary_cross_entropy_with_logits(
                logits.float(), targets, reduction="none"
            )
            ((each * weights).sum(1) / weights.sum()).mean().backward()
            optimizer.step()

    print(json.dumps(timed(step, options.batch, options.steps)))


if __name__ == "__main__":
    main()
