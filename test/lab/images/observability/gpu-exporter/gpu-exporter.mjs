// nvidia_gpu_exporter stand-in with the nvml backend: the numbers of one card that does nothing, by the real names. The file /tmp/lab-xid
// holds an error that the driver has just reported.
import { existsSync, readFileSync, statSync } from "node:fs";
import http from "node:http";
import { Contract, endOnSignal, listen } from "../../lib/contract.mjs";
import { send } from "../../lib/http.mjs";

const contract = new Contract("gpu-exporter");
const FLAGS = { "web.listen-address": /^:\d+$/, "collect.backend": /^nvml$/, "collect.interval": /^\d+s$/ };
const options = {};
for (const word of process.argv.slice(2)) {
  const [, name, value] = /^--([^=]+)=(.*)$/.exec(word) ?? [];
  if (contract.need(FLAGS[name]?.test(value), `unknown flag or value: ${word}`)) options[name] = value;
}
for (const device of ["/dev/nvidia0", "/dev/nvidiactl"])
  contract.need(existsSync(device), `${device} is missing: NVML finds no driver`);
contract.enforce();

const UUID = "12345678-0000-4000-8000-000000000000";
const GAUGES = {
  utilization_gpu_ratio: 0.03,
  memory_used_bytes: 9_663_676_416,
  memory_total_bytes: 25_769_803_776,
  temperature_gpu: 41,
  temperature_memory: 48,
  power_draw_watts: 28.5,
  enforced_power_limit_watts: 350,
  clocks_event_reasons_hw_thermal_slowdown: 0,
  ecc_errors_uncorrected_volatile_total: 0,
  remapped_rows_failure: 0,
  pstate: 8,
};

function xid() {
  const path = "/tmp/lab-xid";
  if (!existsSync(path)) return [];
  const number = readFileSync(path, "utf8").trim();
  const labels = `{uuid="${UUID}",xid="${number}"}`;
  return [
    `nvidia_smi_xid_errors_total${labels} 1`,
    `nvidia_smi_xid_last_timestamp_seconds${labels} ${Math.floor(statSync(path).mtimeMs / 1000)}`,
  ];
}

const metrics = () =>
  [
    `nvidia_smi_gpu_info{uuid="${UUID}",name="Lab GPU",driver_model_current="N/A",vbios_version="1"} 1`,
    ...Object.entries(GAUGES).map(([name, value]) => `nvidia_smi_${name}{uuid="${UUID}"} ${value}`),
    `nvidia_smi_compute_app_used_memory_bytes{uuid="${UUID}",pid="4242",process_name="vllm"} 9000000000`,
    "nvidia_smi_last_collect_success 1",
    ...xid(),
    "",
  ].join("\n");

endOnSignal("gpu-exporter");
const server = http.createServer((request, response) =>
  request.url === "/metrics" ? send(response, 200, metrics()) : send(response, 200, "exporter\n"),
);
await listen("gpu-exporter", server, options["web.listen-address"].slice(1), "::");
