// OpenTelemetry's traces as they come over HTTP: protobuf of ExportTraceServiceRequest, as far as a store of spans has use for it.

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** [{number, value}] of one message: numbers as BigInt, everything else as bytes. Throws for what is none. */
function fieldsOf(bytes) {
  const fields = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= bytes.length || shift > 63n) throw new Error("not protobuf: a number does not end");
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length) => {
    if (at + length > bytes.length) throw new Error("not protobuf: a field is longer than its message");
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = Number(key & 7n);
    const number = Number(key >> 3n);
    if (kind === VARINT) fields.push({ number, value: varint() });
    else if (kind === FIXED64) fields.push({ number, value: take(8).readBigUInt64LE() });
    else if (kind === BYTES) fields.push({ number, value: take(Number(varint())) });
    else if (kind === FIXED32) fields.push({ number, value: BigInt(take(4).readUInt32LE()) });
    else throw new Error(`not protobuf: no field is of kind ${kind}`);
  }
  return fields;
}

const all = (bytes, wanted) => fieldsOf(bytes).flatMap(({ number, value }) => (number === wanted ? [value] : []));
const one = (bytes, wanted) => all(bytes, wanted).at(-1);
const text = (bytes) => bytes?.toString() ?? "";

/** AnyValue: a text, a boolean, a number, a double, or a list of them. */
function anyValue(bytes) {
  const [{ number, value } = {}] = fieldsOf(bytes);
  if (number === 1) return value.toString();
  if (number === 2) return value === 1n;
  if (number === 3) return Number(BigInt.asIntN(64, value));
  if (number === 4) {
    const double = Buffer.alloc(8);
    double.writeBigUInt64LE(value);
    return double.readDoubleLE();
  }
  return number === 5 ? all(value, 1).map(anyValue) : undefined;
}

function attributes(list) {
  return Object.fromEntries(list.map((pair) => [text(one(pair, 1)), anyValue(one(pair, 2) ?? Buffer.alloc(0))]));
}

const time = (nanoseconds = 0n) => new Date(Number(nanoseconds / 1_000_000n)).toISOString();

/** [{resource, name, traceId, spanId, parentId, start, end, isError, attributes}] of one request. */
export function spansOf(bytes) {
  return all(bytes, 1).flatMap((resourceSpans) => {
    const resource = attributes(all(one(resourceSpans, 1) ?? Buffer.alloc(0), 1));
    const spans = all(resourceSpans, 2).flatMap((scope) => all(scope, 2));
    return spans.map((span) => {
      const [traceId, spanId, parent] = [1, 2, 4].map((number) => one(span, number)?.toString("hex") ?? "");
      if (traceId.length !== 32 || spanId.length !== 16) throw new Error("a span without its ids");
      return {
        resource,
        name: text(one(span, 5)),
        traceId,
        spanId,
        parentId: parent || null,
        start: time(one(span, 7)),
        end: time(one(span, 8)),
        isError: one(one(span, 15) ?? Buffer.alloc(0), 3) === 2n,
        attributes: attributes(all(span, 9)),
      };
    });
  });
}
