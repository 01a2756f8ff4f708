"""timm's network in PyTorch, on the pictures, split and recipe of a training of ours.

channels_last, automatic mixed precision where ours ran in bf16, pictures read from the shards once,
decoded and augmented by OpenCV on a thread of its own ahead of the step: the fastest usual way on a
CPU without compiling the model. Weights begin from the distribution of ours, or as timm makes them,
and are averaged as ours are, in place and as seldom.
The rate follows the same warm-up, then half a cosine over the seconds given. It is validated as often as
ours, after every pass over the slices, and at the end; the last validation is not counted.
"""

import copy
import queue
import threading
import time

import cv2
import numpy
import timm
import torch

WEIGHTS = torch.tensor([2.0, 1, 1, 1, 1, 1])


class Pictures:
    """Decoded when asked for; the PNGs stay in memory."""

    def __init__(self, training):
        self.card = training.card
        self.parameters = training.parameters
        files = {}
        self.pngs, labels, held_out = [], [], []
        for is_held_out, row, shard, offset, length in training.slices():
            if shard not in files:
                files[shard] = open(training.shard(shard), "rb")
            files[shard].seek(offset)
            self.pngs.append(numpy.frombuffer(files[shard].read(length), numpy.uint8))
            labels.append(row)
            held_out.append(is_held_out)
        for file in files.values():
            file.close()
        self.labels = torch.tensor(labels, dtype=torch.float32)
        self.held_out = [place for place, held in enumerate(held_out) if held]
        self.training = [place for place, held in enumerate(held_out) if not held]
        channels = len(self.card["windows"])
        normalization = self.card["normalization"]
        self.mean = numpy.array(normalization["mean"], numpy.float32).reshape(1, 1, channels)
        self.scale = 1 / numpy.array(normalization["deviation"], numpy.float32).reshape(
            1, 1, channels)

    def decode(self, place, random=None):
        """[height, width, channels], normalised."""
        picture = cv2.imdecode(self.pngs[place], cv2.IMREAD_UNCHANGED)
        if picture.ndim == 3:
            picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        if random is not None:
            picture = self.augment(picture, random)
        if picture.ndim == 2:
            picture = picture[:, :, None]
        return (picture.astype(numpy.float32) / 255 - self.mean) * self.scale

    def augment(self, picture, random):
        def drawn(name, neutral):
            bounds = self.parameters.get(f"augment.{name}")
            return random.uniform(*bounds) if bounds else neutral

        height, width = picture.shape[:2]
        matrix = cv2.getRotationMatrix2D(
            ((width - 1) / 2, (height - 1) / 2), drawn("rotation", 0), 1)
        scale_x, scale_y = drawn("scale", 1), drawn("scale", 1)
        if self.parameters.get("augment.flip") and random.random() < 0.5:
            scale_x = -scale_x
        center_x, center_y = (width - 1) / 2, (height - 1) / 2
        stretch = numpy.array([
            [scale_x, 0, center_x * (1 - scale_x)], [0, scale_y, center_y * (1 - scale_y)],
            [0, 0, 1]])
        matrix = matrix @ stretch
        matrix[0, 2] += drawn("shift", 0) * width
        matrix[1, 2] += drawn("shift", 0) * height
        return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR)

    def batch(self, places, random=None):
        images = numpy.stack([self.decode(place, random) for place in places])
        images = torch.from_numpy(images).permute(0, 3, 1, 2)
        return images.contiguous(memory_format=torch.channels_last), self.labels[places]


class Ahead:
    """Shuffled batches, made on a thread of its own; `None` ends a pass."""

    def __init__(self, pictures, batch, seed):
        self.queue = queue.Queue(maxsize=4)
        self.stopped = False
        self.thread = threading.Thread(
            target=self.make, args=(pictures, batch, numpy.random.default_rng(seed)), daemon=True)
        self.thread.start()

    def make(self, pictures, batch, random):
        while not self.stopped:
            order = random.permutation(pictures.training)
            for first in range(0, len(order) - batch + 1, batch):
                if self.stopped:
                    return
                self.queue.put(pictures.batch(order[first:first + batch], random))
            self.queue.put(None)

    def stop(self):
        self.stopped = True
        while self.thread.is_alive():
            try:
                self.queue.get(timeout=0.1)
            except queue.Empty:
                pass


def log_loss(logits, labels):
    """The competition's metric, as Ichor's `LogLoss`."""
    probabilities = torch.sigmoid(logits.double()).clamp(1e-6, 1 - 1e-6)
    each = -torch.where(labels > 0.5, probabilities.log(), (1 - probabilities).log())
    return float((each.mean(0) * WEIGHTS).sum() / WEIGHTS.sum())


def constant_loss(rates, labels):
    probabilities = torch.tensor(rates).double().clamp(1e-6, 1 - 1e-6)
    return log_loss(torch.logit(probabilities).expand(len(labels), -1), labels)


def validate(model, pictures, mixed, batch=32):
    model.eval()
    logits = []
    with torch.inference_mode(), mixed:
        for first in range(0, len(pictures.held_out), batch):
            logits.append(model(pictures.batch(pictures.held_out[first:first + batch])[0]).float())
    model.train()
    return log_loss(torch.cat(logits), pictures.labels[pictures.held_out])


class Average:
    """The moving average of weights and statistics by the rule of Ichor's `WeightAverage`."""

    INTERVAL = 32

    def __init__(self, model, decay):
        self.decay, self.live = decay, model
        self.model = copy.deepcopy(model)
        self.begun = False

    @torch.no_grad()
    def step_taken(self, steps):
        if steps % self.INTERVAL:
            return
        kept = min(self.decay, (1 + steps) / (10 + steps)) ** self.INTERVAL if self.begun else 0
        pairs = [
            (average, value) for average, value in zip(
                self.model.state_dict().values(), self.live.state_dict().values())
            if average.is_floating_point()]
        torch._foreach_lerp_(
            [average for average, _ in pairs], [value for _, value in pairs], 1 - kept)
        self.begun = True


def initialize(model):
    """He normal, as ours: timm's own start, with the last scale of a block at 0, learns differently."""
    for module in model.modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            gain = 1 if isinstance(module, torch.nn.Linear) else 2
            fan_in = module.weight[0].numel()
            torch.nn.init.normal_(module.weight, 0, (gain / fan_in) ** 0.5)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
        elif isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.ones_(module.weight)
            torch.nn.init.zeros_(module.bias)


def train(training, pictures, seconds, threads, bf16, seed, start, tell):
    """Trains for `seconds`; returns the validation losses in their order, and the images seen."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    cv2.setNumThreads(0)
    get = training.parameters.get
    model = timm.create_model(
        training.card["architecture"], num_classes=6, in_chans=len(training.card["windows"]))
    if start == "he-normal":
        initialize(model)
    model = model.to(memory_format=torch.channels_last).train()
    decayed = [
        module.weight for module in model.modules()
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear))]
    known = {id(parameter) for parameter in decayed}
    others = [parameter for parameter in model.parameters() if id(parameter) not in known]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": get("weight_decay")}, {"params": others}],
        lr=get("learning_rate"), momentum=get("momentum"), nesterov=get("nesterov"))
    weights = WEIGHTS.clone()
    weights[0] = get("any_weight")
    mixed = torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16)
    average = Average(model, get("ema_decay")) if get("ema_decay") else None
    judged = average.model if average else model
    source = Ahead(pictures, get("batch"), seed)
    losses, steps, images, warmup_end = [], 0, 0, 0.0
    begun = time.perf_counter()
    while (elapsed := time.perf_counter() - begun) < seconds:
        batch = source.queue.get()
        if batch is None:
            losses.append(validate(judged, pictures, mixed))
            tell(f"{time.perf_counter() - begun:.0f} s: validation loss {losses[-1]:.4f}")
            continue
        if steps < get("warmup_steps"):
            rate, warmup_end = (steps + 1) / get("warmup_steps"), elapsed
        else:
            share = (elapsed - warmup_end) / max(seconds - warmup_end, 1e-9)
            rate = 0.5 * (1 + numpy.cos(numpy.pi * min(share, 1)))
        for group in optimizer.param_groups:
            group["lr"] = get("learning_rate") * rate
        optimizer.zero_grad(set_to_none=True)
        with mixed:
            logits = model(batch[0])
        each = torch.nn.functional.binary_cross_entropy_with_logits(
            logits.float(), batch[1], reduction="none")
        ((each * weights).sum(1) / weights.sum()).mean().backward()
        if get("clip_norm"):
            torch.nn.utils.clip_grad_norm_(model.parameters(), get("clip_norm"))
        optimizer.step()
        steps += 1
        if average:
            average.step_taken(steps)
        images += len(batch[1])
    source.stop()
    losses.append(validate(judged, pictures, mixed))
    return losses, images
