// Measurements of one file. They run in a process of their own, so they may block; killing that process ends them, and
// because the file has no name any more by then, its space comes back by itself.

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "bench.h"

namespace fluxnode {
namespace {

/** O_DIRECT wants memory, offsets and lengths at multiples of the sector size; 4096 fits every common device. */
constexpr size_t kAlignment = 4096;
constexpr size_t kSector = 512;
constexpr size_t kMaxBlock = 16 << 20;
constexpr size_t kMaxLatencies = 4000000;

/** xorshift64*: unpredictable for a disk that compresses or predicts, and cheap. */
struct Random {
  uint64_t state = 0x9e3779b97f4a7c15ull ^ static_cast<uint64_t>(monotonicSeconds() * 1e9);
  uint64_t next() {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1dull;
  }
};

struct Unmap {
  size_t bytes = 0;
  void operator()(uint8_t* memory) const { munmap(memory, bytes); }
};

using Block = std::unique_ptr<uint8_t, Unmap>;

/**
 * Memory in pages as any program gets them. With O_DIRECT each run of neighbouring pages is a piece of the request, and the
 * same block is written up to a third faster in few pieces than in many. Whether the kernel gives neighbours upwards (one
 * piece) or downwards (many) changes with every process that ends, so one half is taken upwards and the other downwards:
 * every pass then meets the mean of the two, which is what fio meets over many runs.
 */
Block freshBlock(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  Block block(static_cast<uint8_t*>(memory), Unmap{bytes});
  // A huge page is one piece. Refused only by a kernel that knows none.
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  const size_t pages = bytes / kAlignment;
  for (size_t page = 0; page < pages / 2; page++) block.get()[page * kAlignment] = 1;
  for (size_t page = pages; page-- > pages / 2;) block.get()[page * kAlignment] = 1;
  return block;
}

Block randomBlock(size_t bytes) {
  Block block = freshBlock(bytes);
  if (!block) return nullptr;
  Random random;
  for (size_t i = 0; i < bytes; i += 8) {
    const uint64_t word = random.next();
    memcpy(block.get() + i, &word, 8);
  }
  return block;
}

/**
 * Makes a block unlike every one before it: a disk that finds out what it holds already, or compresses, has to write all
 * of it. fio does the same by default (scramble_buffers).
 */
void makeUnlike(uint8_t* block, size_t bytes, Random* random) {
  for (size_t sector = 0; sector < bytes; sector += kSector) {
    const uint64_t word = random->next();
    memcpy(block + sector + word % (kSector / sizeof word) * sizeof word, &word, sizeof word);
  }
}

Napi::Value failure(Napi::Env env, const char* what, int code) {
  Napi::Error error = Napi::Error::New(env, std::string(what) + ": " + strerror(code));
  error.Set("code", Napi::String::New(env, code == ENOSPC   ? "ENOSPC"
                                           : code == EDQUOT ? "EDQUOT"
                                           : code == EINVAL ? "EINVAL"
                                           : code == EACCES ? "EACCES"
                                           : code == EROFS  ? "EROFS"
                                                            : "EIO"));
  error.ThrowAsJavaScriptException();
  return env.Undefined();
}

double numberOf(const Napi::Object& options, const char* name) {
  const Napi::Value value = options.Get(name);
  return value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : 0;
}

bool flagOf(const Napi::Object& options, const char* name) {
  const Napi::Value value = options.Get(name);
  return value.IsBoolean() && value.As<Napi::Boolean>().Value();
}

/** What every measurement is told: { descriptor, write, direct, bytes, blockBytes, seconds }. */
struct Task {
  int descriptor = -1;
  bool write = false;
  bool direct = false;
  uint64_t bytes = 0;
  size_t blockBytes = 0;
  double seconds = 0;
};

bool readTask(const Napi::CallbackInfo& info, Task* task) {
  if (info[0].IsObject()) {
    const Napi::Object options = info[0].As<Napi::Object>();
    task->descriptor = static_cast<int>(numberOf(options, "descriptor"));
    task->write = flagOf(options, "write");
    task->direct = flagOf(options, "direct");
    const double bytes = numberOf(options, "bytes"), block = numberOf(options, "blockBytes");
    task->seconds = numberOf(options, "seconds");
    if (bytes >= kAlignment && bytes <= 1e15 && block >= kAlignment && block <= kMaxBlock && bytes >= block &&
        task->seconds > 0 && task->seconds <= 3600) {
      task->bytes = static_cast<uint64_t>(bytes);
      task->blockBytes = static_cast<size_t>(block) / kAlignment * kAlignment;
      return true;
    }
  }
  Napi::RangeError::New(info.Env(), "not a disk measurement").ThrowAsJavaScriptException();
  return false;
}

bool setDirect(int descriptor, bool direct) {
  const int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && fcntl(descriptor, F_SETFL, direct ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

/** Interrupted and partial transfers are carried on; 0 or the error. */
int transferAll(const Task& task, uint8_t* block, uint64_t offset) {
  for (size_t done = 0; done < task.blockBytes;) {
    const ssize_t count = task.write ? pwrite(task.descriptor, block + done, task.blockBytes - done, offset + done)
                                     : pread(task.descriptor, block + done, task.blockBytes - done, offset + done);
    if (count > 0) done += static_cast<size_t>(count);
    else if (count == 0) return EIO;
    else if (errno != EINTR) return errno;
  }
  return 0;
}

/** Nearest rank: the least value that at least this part of all values does not exceed. */
double percentile(const std::vector<float>& sorted, double part) {
  if (sorted.empty()) return 0;
  const double rank = std::ceil(part * static_cast<double>(sorted.size()));
  return sorted[std::min(sorted.size(), std::max<size_t>(1, static_cast<size_t>(rank))) - 1];
}

Napi::Value latencyResult(Napi::Env env, std::vector<float>* latencies, double operations, double seconds) {
  std::sort(latencies->begin(), latencies->end());
  Napi::Object result = Napi::Object::New(env);
  result.Set("operations", operations);
  result.Set("seconds", seconds);
  result.Set("p50Seconds", percentile(*latencies, 0.50));
  result.Set("p95Seconds", percentile(*latencies, 0.95));
  result.Set("p99Seconds", percentile(*latencies, 0.99));
  result.Set("maxSeconds", latencies->empty() ? 0.0 : static_cast<double>(latencies->back()));
  return result;
}

/** benchFileOpen(path): creates the file, takes its name away again and returns the descriptor. */
Napi::Value openFile(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) {
    Napi::TypeError::New(info.Env(), "path must be a string").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return failure(info.Env(), "cannot create the test file", errno);
  if (unlink(path.c_str()) != 0) {
    const int code = errno;
    close(descriptor);
    return failure(info.Env(), "cannot remove the name of the test file", code);
  }
  return Napi::Number::New(info.Env(), descriptor);
}

/**
 * benchDiskSequential(task): front to back, until `bytes` or `seconds` are used up. Writing starts with an empty file
 * and ends with fdatasync, whose time counts.
 */
Napi::Value sequential(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Task task;
  if (!readTask(info, &task)) return env.Undefined();
  auto block = randomBlock(task.blockBytes);
  if (!block) return failure(env, "no memory for a block", ENOMEM);
  if (!setDirect(task.descriptor, task.direct)) return failure(env, "O_DIRECT is not possible here", errno);
  // Giving back what an earlier pass wrote is not part of the time, so it has to be over before.
  if (task.write && (ftruncate(task.descriptor, 0) != 0 || fsync(task.descriptor) != 0)) {
    return failure(env, "cannot empty the test file", errno);
  }
  // What the system has cached would be read from memory.
  if (!task.write) posix_fadvise(task.descriptor, 0, 0, POSIX_FADV_DONTNEED);
  Random contents;
  const double start = monotonicSeconds();
  uint64_t offset = 0;
  while (offset + task.blockBytes <= task.bytes && monotonicSeconds() - start < task.seconds) {
    if (task.write) makeUnlike(block.get(), task.blockBytes, &contents);
    if (const int code = transferAll(task, block.get(), offset)) return failure(env, "the test file failed", code);
    offset += task.blockBytes;
  }
  if (task.write && fdatasync(task.descriptor) != 0) return failure(env, "fdatasync failed", errno);
  Napi::Object result = Napi::Object::New(env);
  result.Set("bytes", static_cast<double>(offset));
  result.Set("seconds", monotonicSeconds() - start);
  return result;
}

/** benchDiskRandom(task): one block at a time at random places of the first `bytes`. */
Napi::Value random(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Task task;
  if (!readTask(info, &task)) return env.Undefined();
  auto block = randomBlock(task.blockBytes);
  if (!block) return failure(env, "no memory for a block", ENOMEM);
  if (!setDirect(task.descriptor, task.direct)) return failure(env, "O_DIRECT is not possible here", errno);
  Random places;
  std::vector<float> latencies;
  const uint64_t blocks = task.bytes / task.blockBytes;
  double operations = 0;
  const double start = monotonicSeconds();
  double now = start;
  while (now - start < task.seconds) {
    const double before = now;
    if (task.write) makeUnlike(block.get(), task.blockBytes, &places);
    if (const int code = transferAll(task, block.get(), places.next() % blocks * task.blockBytes)) {
      return failure(env, "the test file failed", code);
    }
    now = monotonicSeconds();
    operations += 1;
    if (latencies.size() < kMaxLatencies) latencies.push_back(static_cast<float>(now - before));
  }
  return latencyResult(env, &latencies, operations, now - start);
}

/** benchDiskSync(task): one block is written and made durable with fsync, again and again, through the page cache. */
Napi::Value sync(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Task task;
  if (!readTask(info, &task)) return env.Undefined();
  task.write = true;
  auto block = randomBlock(task.blockBytes);
  if (!block) return failure(env, "no memory for a block", ENOMEM);
  if (!setDirect(task.descriptor, false)) return failure(env, "O_DIRECT cannot be switched off", errno);
  std::vector<float> latencies;
  const uint64_t blocks = task.bytes / task.blockBytes;
  Random contents;
  uint64_t operations = 0;
  const double start = monotonicSeconds();
  double now = start;
  while (now - start < task.seconds) {
    makeUnlike(block.get(), task.blockBytes, &contents);
    if (const int code = transferAll(task, block.get(), operations % blocks * task.blockBytes)) {
      return failure(env, "the test file failed", code);
    }
    const double before = monotonicSeconds();
    if (fsync(task.descriptor) != 0) return failure(env, "fsync failed", errno);
    now = monotonicSeconds();
    operations++;
    if (latencies.size() < kMaxLatencies) latencies.push_back(static_cast<float>(now - before));
  }
  return latencyResult(env, &latencies, static_cast<double>(operations), now - start);
}

}  // namespace

void registerDisk(Napi::Env env, Napi::Object exports) {
  exports.Set("benchFileOpen", Napi::Function::New(env, openFile, "benchFileOpen"));
  exports.Set("benchDiskSequential", Napi::Function::New(env, sequential, "benchDiskSequential"));
  exports.Set("benchDiskRandom", Napi::Function::New(env, random, "benchDiskRandom"));
  exports.Set("benchDiskSync", Napi::Function::New(env, sync, "benchDiskSync"));
}

}  // namespace fluxnode
