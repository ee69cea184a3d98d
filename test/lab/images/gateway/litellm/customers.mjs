// For whom a question is asked: upstream's "customer", or end user. Its order: headers that are always looked at, those that the
// configuration maps, then fields of the question. The value is taken as it is.

const ALWAYS = ["x-litellm-customer-id", "x-litellm-end-user-id"];

/** Undefined where it is for nobody in particular. A header that nothing maps says nothing. */
export function customerOf(headers, body, { user_header_mappings: mappings = [] } = {}) {
  const mapped = mappings
    .filter(({ litellm_user_role: role }) => role === "customer")
    .map(({ header_name: name }) => name.toLowerCase());
  const said = [...ALWAYS, ...mapped].map((name) => headers[name]).find((value) => value?.trim());
  const field = body.user ?? body.litellm_metadata?.user ?? body.metadata?.user_id ?? body.safety_identifier;
  const customer = said ?? (field === undefined || field === null ? "" : String(field));
  return customer === "" ? undefined : customer;
}
