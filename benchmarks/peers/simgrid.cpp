// W1 and W2 in SimGrid, by its S4U interface: an actor a journey, a semaphore a station, the standard library's draws.
//
//     simgrid MODEL [--cfg=contexts/stack-size:64]

#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <simgrid/s4u.hpp>

namespace s4u = simgrid::s4u;

struct Step {
  int law;
  double a, b;
  std::vector<int> stations;
  double draw(std::mt19937_64& random) const {
    return law == 0 ? std::exponential_distribution<double>(1.0 / a)(random)
                    : std::lognormal_distribution<double>(a, b)(random);
  }
};

struct Stream {
  int office;
  double rate;
};

static std::mt19937_64 generator(7);
static double duration = 0.0, sojourn = 0.0;
static long journeys = 0, services = 0;
static std::vector<Step> steps;
static std::vector<Stream> streams;
static std::vector<s4u::SemaphorePtr> stations;

// Numbers between white space; std::istream reads no hexadecimal floats.
class Reader {
  std::ifstream file;

public:
  explicit Reader(const char* path) : file(path) {}
  double real() {
    std::string word;
    if (!(file >> word)) {
      std::cerr << "simgrid: the model ends early or cannot be opened\n";
      exit(1);
    }
    return strtod(word.c_str(), nullptr);
  }
  int whole() { return static_cast<int>(real()); }
  void skip(int words) {
    while (words--)
      real();
  }
};

static void read(const char* path) {
  Reader model(path);
  model.skip(3);
  duration = model.real();
  model.skip(1);
  model.skip(model.whole() + 1);
  for (int number = model.whole(); number > 0; number--)
    stations.push_back(s4u::Semaphore::create(model.whole()));
  int divisions = model.whole();
  steps.resize(model.whole());
  for (auto& step : steps) {
    step.law = model.whole();
    step.a = model.real();
    step.b = model.real();
    model.skip(4);
    for (int division = 0; division < divisions; division++)
      step.stations.push_back(model.whole());
  }
  model.skip(1);
  streams.resize(model.whole());
  for (auto& stream : streams) {
    model.skip(1);
    stream.office = model.whole();
    model.skip(2);
    stream.rate = model.real();
  }
}

static void journey(int office) {
  const double arrived = s4u::Engine::get_clock();
  for (const auto& step : steps) {
    auto& station = stations[step.stations[office]];
    station->acquire();
    s4u::this_actor::sleep_for(step.draw(generator));
    station->release();
  }
  services += static_cast<long>(steps.size());
  sojourn += s4u::Engine::get_clock() - arrived;
  journeys++;
}

static void source(const Stream& stream, s4u::Host* host) {
  std::exponential_distribution<double> gap(stream.rate);
  while (true) {
    s4u::this_actor::sleep_for(gap(generator));
    if (s4u::Engine::get_clock() >= duration)
      return;
    s4u::Actor::create("journey", host, journey, stream.office);
  }
}

static double cpu_seconds() {
  timespec spent;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + 1e-9 * static_cast<double>(spent.tv_nsec);
}

static double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0)
      return std::stod(line.substr(6)) / 1024.0;
  return 0.0;
}

int main(int argc, char** argv) {
  s4u::Engine engine(&argc, argv);
  auto* zone = s4u::create_full_zone("zone");
  auto* host = zone->create_host("host", 1e9);
  zone->seal();
  if (argc < 2) {
    std::cerr << "simgrid: give the file of the model\n";
    return 1;
  }
  read(argv[1]);
  const double memory = peak_megabytes(), began = cpu_seconds();
  for (const auto& stream : streams)
    s4u::Actor::create("source", host, source, stream, host);
  engine.run();
  const double spent = cpu_seconds() - began;
  std::cout << "{\"journeys\": " << journeys << ", \"services\": " << services << ", \"cpu_seconds\": " << spent
            << ", \"mean_sojourn\": " << sojourn / static_cast<double>(journeys)
            << ", \"memory_megabytes\": " << peak_megabytes() - memory << "}\n";
}
