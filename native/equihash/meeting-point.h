#pragma once

#include <condition_variable>
#include <mutex>

namespace fluxnode {

/** Where a fixed number of threads wait for each other, again and again. */
class MeetingPoint {
 public:
  explicit MeetingPoint(unsigned threads) : threads_(threads) {}

  /** Returns when all threads have called it. */
  void wait() {
    if (threads_ == 1) return;
    std::unique_lock<std::mutex> lock(mutex_);
    const unsigned round = round_;
    if (++waiting_ == threads_) {
      waiting_ = 0;
      round_++;
      all_.notify_all();
      return;
    }
    all_.wait(lock, [&] { return round_ != round; });
  }

 private:
  const unsigned threads_;
  std::mutex mutex_;
  std::condition_variable all_;
  unsigned waiting_ = 0;
  unsigned round_ = 0;
};

}  // namespace fluxnode
