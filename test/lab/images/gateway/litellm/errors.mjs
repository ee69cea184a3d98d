// Errors in the form that LiteLLM's proxy answers with.
export class ProxyError extends Error {
  constructor(status, message, { type = "None", param = "None", headers = {} } = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.param = param;
    this.headers = headers;
  }

  get body() {
    return { error: { message: this.message, type: this.type, param: this.param, code: String(this.status) } };
  }
}
