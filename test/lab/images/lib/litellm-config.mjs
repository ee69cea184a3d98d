// LiteLLM's configuration as far as a private gateway has use for it: every key that is known here, each with its type, and no other.
// After upstream's config_settings, reliability and prod pages (1.108). What the real program takes besides is not listed: a
// configuration that this refuses may be right, one that it accepts uses nothing that upstream does not have.

/** A value, or the name of the variable that holds it. */
const REFERENCE = /^os\.environ\/[A-Za-z_][A-Za-z0-9_]*$/;

/** @param z zod: whoever calls brings it along, so that this file needs nothing. */
export function litellmConfig(z) {
  const text = z.string().min(1);
  const secret = z.string().regex(REFERENCE, "wanted os.environ/NAME: no key stands in a file");
  const count = z.int().min(0);
  const seconds = z.number().positive();
  const cost = z.number().min(0);
  const provider = z
    .string()
    .regex(/^(hosted_vllm|openai|anthropic|gemini|azure|ollama|ollama_chat)\/.+$/, "wanted PROVIDER/MODEL");
  const url = z.string().regex(/^https?:\/\/[^/]+/, "wanted an address");
  const chain = z
    .record(text, z.array(text).min(1))
    .refine((entry) => Object.keys(entry).length === 1, "wanted one model and what follows it");

  const deployment = z.strictObject({
    model_name: text,
    litellm_params: z.strictObject({
      model: provider,
      api_base: url.optional(),
      api_version: text.optional(),
      // "none" is for servers that ask for no key; without any the deployment answers 401.
      api_key: z.union([secret, z.literal("none")]),
      rpm: count.optional(),
      tpm: count.optional(),
      order: count.optional(),
      weight: z.number().positive().optional(),
      timeout: seconds.optional(),
    }),
    model_info: z
      .strictObject({
        mode: z.enum(["chat", "completion", "embedding", "rerank"]).optional(),
        max_input_tokens: z.int().min(1).optional(),
        input_cost_per_token: cost.optional(),
        output_cost_per_token: cost.optional(),
      })
      .optional(),
  });

  const router = z.strictObject({
    routing_strategy: z.enum(["simple-shuffle", "least-busy", "latency-based-routing"]).optional(),
    num_retries: count.optional(),
    timeout: seconds.optional(),
    stream_timeout: seconds.optional(),
    allowed_fails: count.optional(),
    allowed_fails_policy: z
      .strictObject({
        BadRequestErrorAllowedFails: count.optional(),
        AuthenticationErrorAllowedFails: count.optional(),
        TimeoutErrorAllowedFails: count.optional(),
        RateLimitErrorAllowedFails: count.optional(),
        ContentPolicyViolationErrorAllowedFails: count.optional(),
        InternalServerErrorAllowedFails: count.optional(),
      })
      .optional(),
    cooldown_time: seconds.optional(),
    disable_cooldowns: z.boolean().optional(),
    retry_after: count.optional(),
    enable_pre_call_checks: z.boolean().optional(),
    model_group_alias: z.record(text, text).optional(),
    fallbacks: z.array(chain).optional(),
    context_window_fallbacks: z.array(chain).optional(),
    content_policy_fallbacks: z.array(chain).optional(),
    default_fallbacks: z.array(text).optional(),
    max_fallbacks: count.optional(),
  });

  const settings = z.strictObject({
    callbacks: z.array(z.enum(["prometheus", "opik", "otel", "arize_phoenix"])).optional(),
    drop_params: z.boolean().optional(),
    request_timeout: seconds.optional(),
    turn_off_message_logging: z.boolean().optional(),
    json_logs: z.boolean().optional(),
    require_auth_for_metrics_endpoint: z.boolean().optional(),
    cache: z.boolean().optional(),
    cache_params: z
      .strictObject({
        type: z.literal("redis"),
        // Not redis_url, which is slower.
        host: text,
        port: z.union([z.int(), z.string().regex(REFERENCE)]),
        password: secret,
        namespace: text.optional(),
        ttl: seconds.optional(),
        mode: z.enum(["default_on", "default_off"]).optional(),
      })
      .optional(),
  });

  const general = z.strictObject({
    master_key: secret,
    database_url: secret.optional(),
    database_connection_pool_limit: count.optional(),
    store_model_in_db: z.boolean().optional(),
    store_prompts_in_spend_logs: z.boolean().optional(),
    disable_spend_logs: z.boolean().optional(),
    disable_error_logs: z.boolean().optional(),
    maximum_spend_logs_retention_period: z
      .string()
      .regex(/^\d+[smhd]$/, "wanted a time, for example 30d")
      .optional(),
    proxy_batch_write_at: seconds.optional(),
    background_health_checks: z.boolean().optional(),
    health_check_interval: seconds.optional(),
    allow_requests_on_db_unavailable: z.boolean().optional(),
    max_parallel_requests: count.optional(),
    global_max_parallel_requests: count.optional(),
    enable_drain_endpoint: z.boolean().optional(),
    litellm_key_header_name: text.optional(),
    user_header_mappings: z
      .array(z.strictObject({ header_name: text, litellm_user_role: z.enum(["internal_user", "customer"]) }))
      .optional(),
  });

  return z
    .strictObject({
      model_list: z.array(deployment),
      router_settings: router.optional(),
      litellm_settings: settings.optional(),
      general_settings: general,
    })
    .superRefine(checkReferences);
}

/** Every name that something leads to is a model of the list, or another name of one. */
function checkReferences({ model_list: models, router_settings: router = {} }, context) {
  const known = new Set(models.map(({ model_name: name }) => name));
  const complain = (path, name) =>
    context.addIssue({ code: "custom", path: ["router_settings", ...path], message: `no model is named ${name}` });
  for (const [alias, name] of Object.entries(router.model_group_alias ?? {})) {
    if (!known.has(name)) complain(["model_group_alias", alias], name);
  }
  for (const kind of ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"]) {
    for (const [index, chain] of (router[kind] ?? []).entries()) {
      for (const name of Object.entries(chain).flat(2)) if (!known.has(name)) complain([kind, index], name);
    }
  }
  // The router takes the weight of the first for whether there are weights, and a missing one for 0.
  for (const name of known) {
    const group = models.filter((model) => model.model_name === name);
    const weighted = group.filter(({ litellm_params: params }) => params.weight !== undefined);
    if (weighted.length !== 0 && weighted.length !== group.length)
      complain(["weights"], `${name} with all its weights`);
  }
}
