// Which TCP connections this process holds on one of its ports. The runtime's HTTP server tells nobody of a connection before
// its first request, so only the system can say how many there are.

#include "connections.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>

namespace {

struct End {
  char host[INET6_ADDRSTRLEN] = "";
  int port = 0;
};

bool endOf(const sockaddr_storage& address, End* out) {
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    out->port = ntohs(v4.sin_port);
    return inet_ntop(AF_INET, &v4.sin_addr, out->host, sizeof out->host) != nullptr;
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    out->port = ntohs(v6.sin6_port);
    return inet_ntop(AF_INET6, &v6.sin6_addr, out->host, sizeof out->host) != nullptr;
  }
  return false;
}

/** False for what is no connected socket of that local port. */
bool connectionAt(int descriptor, int localPort, End* remote) {
  sockaddr_storage address = {};
  socklen_t length = sizeof address;
  End local;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return false;
  if (!endOf(address, &local) || local.port != localPort) return false;
  length = sizeof address;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return false;
  return endOf(address, remote);
}

bool portArgument(const Napi::CallbackInfo& info, size_t index, int* out) {
  const double port = info[index].IsNumber() ? info[index].As<Napi::Number>().DoubleValue() : 0;
  *out = static_cast<int>(port);
  if (port >= 1 && port <= 65535) return true;
  Napi::RangeError::New(info.Env(), "not a port").ThrowAsJavaScriptException();
  return false;
}

/** tcpConnections(localPort): [{ descriptor, host, port }], the other ends. */
Napi::Value list(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int localPort;
  if (!portArgument(info, 0, &localPort)) return env.Undefined();
  Napi::Array result = Napi::Array::New(env);
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return result;
  uint32_t count = 0;
  while (const dirent* entry = readdir(folder)) {
    char* end;
    const long descriptor = std::strtol(entry->d_name, &end, 10);
    End remote;
    if (end == entry->d_name || *end != '\0' || !connectionAt(static_cast<int>(descriptor), localPort, &remote)) continue;
    Napi::Object connection = Napi::Object::New(env);
    connection.Set("descriptor", static_cast<double>(descriptor));
    connection.Set("host", remote.host);
    connection.Set("port", remote.port);
    result.Set(count++, connection);
  }
  closedir(folder);
  return result;
}

/**
 * shutDownConnection(descriptor, localPort, remotePort): ends the connection in both directions, and leaves it to its owner to
 * close the descriptor. False if that connection is not there any more.
 */
Napi::Value shutDown(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int localPort, remotePort;
  if (!portArgument(info, 1, &localPort) || !portArgument(info, 2, &remotePort)) return env.Undefined();
  const int descriptor = info[0].IsNumber() ? info[0].As<Napi::Number>().Int32Value() : -1;
  End remote;
  const bool same = connectionAt(descriptor, localPort, &remote) && remote.port == remotePort;
  return Napi::Boolean::New(env, same && shutdown(descriptor, SHUT_RDWR) == 0);
}

}  // namespace

void registerConnections(Napi::Env env, Napi::Object exports) {
  exports.Set("tcpConnections", Napi::Function::New(env, list, "tcpConnections"));
  exports.Set("shutDownConnection", Napi::Function::New(env, shutDown, "shutDownConnection"));
}
