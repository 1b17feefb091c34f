using System.Collections.Frozen;

namespace Leeway.Gateway.Problems;

/// <summary>Error code → HTTP, in one table; docs/errors.md lists the same rows.</summary>
internal static class ProblemTable
{
    /// <summary>How a code is answered.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Type">OpenAI's <c>type</c>.</param>
    /// <param name="MayRetry">Sent as <c>x-should-retry</c>, which the official SDKs obey; null leaves it to their own rules.</param>
    /// <param name="AnthropicStatus">HTTP status on Anthropic paths, where it is another one.</param>
    public sealed record Row(int Status, string Type, bool? MayRetry = null, int? AnthropicStatus = null)
    {
        /// <summary>HTTP status in a dialect.</summary>
        public int StatusIn(Dialect? dialect) => dialect == Dialect.Anthropic ? AnthropicStatus ?? Status : Status;
    }

    private const string Invalid = "invalid_request_error";
    private const string Server = "server_error";

    public static FrozenDictionary<string, Row> Rows { get; } = new Dictionary<string, Row>
    {
        ["invalid_json"] = new(400, Invalid),
        ["invalid_encoding"] = new(400, Invalid),
        ["nested_too_deep"] = new(400, Invalid),
        ["body_not_an_object"] = new(400, Invalid),
        ["invalid_type"] = new(400, Invalid),
        ["missing_model"] = new(400, Invalid),
        ["missing_member"] = new(400, Invalid),
        ["previous_response_not_found"] = new(404, Invalid),
        ["previous_response_elsewhere"] = new(400, Invalid),
        ["previous_response_unanswered"] = new(400, Invalid),
        ["response_not_background"] = new(400, Invalid),
        ["background_needs_store"] = new(400, Invalid),
        ["duplicate_member"] = new(400, Invalid),
        ["forbidden_member"] = new(400, Invalid),
        ["field_not_supported"] = new(400, Invalid),
        ["endpoint_not_supported"] = new(400, Invalid),
        ["body_too_large"] = new(413, Invalid),
        ["body_missing"] = new(400, Invalid),
        ["unsupported_media_type"] = new(415, Invalid),
        ["body_interrupted"] = new(408, "timeout_error"),
        ["malformed_request"] = new(400, Invalid),
        ["model_not_found"] = new(404, Invalid),
        ["model_unpriced"] = new(400, Invalid),
        ["no_provider"] = new(503, Server, false),
        ["invalid_deadline"] = new(400, Invalid),
        ["deadline_past"] = new(400, Invalid),
        ["deadline_too_far"] = new(400, Invalid),
        ["deadline_infeasible"] = new(422, Invalid, false),
        ["invalid_priority"] = new(400, Invalid),
        ["invalid_max_cost"] = new(400, Invalid),
        ["invalid_model_suffix"] = new(400, Invalid),
        ["conflicting_signals"] = new(400, Invalid),
        ["unknown_lane"] = new(400, Invalid),
        ["lane_unavailable"] = new(400, Invalid),
        ["max_cost_exceeded"] = new(400, Invalid),
        ["budget_exceeded"] = new(429, "insufficient_quota", false, AnthropicStatus: 402),
        ["stream_with_respond_async"] = new(400, Invalid),
        ["webhook_not_found"] = new(400, Invalid),
        ["mail_not_found"] = new(400, Invalid),
        ["mail_not_configured"] = new(400, Invalid),
        ["invalid_webhook_signature"] = new(401, Invalid),
        ["invalid_prefer"] = new(400, Invalid),
        ["invalid_idempotency_key"] = new(400, Invalid),
        ["idempotency_mismatch"] = new(422, Invalid, false),
        ["hold_expired"] = new(408, "timeout_error", true),
        ["gateway_stopping"] = new(503, Server, true),
        ["request_expired"] = new(504, "timeout_error", false),
        ["request_cancelled"] = new(409, Invalid, false),
        ["not_found"] = new(404, Invalid),
        ["method_not_allowed"] = new(405, Invalid),
        ["invalid_api_key"] = new(401, Invalid, false),
        ["ambiguous_credentials"] = new(400, Invalid),
        ["admin_token_refused"] = new(401, Invalid, false),
        ["model_not_allowed"] = new(403, Invalid, false),
        ["cross_site_refused"] = new(403, Invalid, false),
        ["already_ended"] = new(409, Invalid, false),
        ["still_running"] = new(409, Invalid, false),
        ["invalid_parameter"] = new(400, Invalid),
        ["invalid_line"] = new(400, Invalid),
        ["invalid_message"] = new(400, Invalid),
        ["results_not_found"] = new(400, Invalid),
        ["object_not_allowed"] = new(403, Invalid, false),
        ["object_not_found"] = new(404, Invalid),
        ["object_unreadable"] = new(400, Invalid),
        ["invalid_multipart"] = new(400, Invalid),
        ["file_too_large"] = new(413, Invalid, false),
        ["range_not_satisfiable"] = new(416, Invalid, false),
        ["upload_ended"] = new(400, Invalid),
        ["upload_mismatch"] = new(400, Invalid),
        ["storage_full"] = new(507, Server, false),
        ["webhook_url_invalid"] = new(400, Invalid),
        ["webhook_address_refused"] = new(400, Invalid),
        ["mail_address_invalid"] = new(400, Invalid),
        ["mail_address_known"] = new(409, Invalid, false),
        ["storage_unavailable"] = new(503, Server, true),
        ["node_rejoining"] = new(503, Server, true),
        ["internal_error"] = new(500, Server),
        ["provider_invalid_request"] = new(400, Invalid),
        ["provider_authentication_failed"] = new(502, Server, false),
        ["provider_not_found"] = new(404, Invalid),
        ["provider_rate_limited"] = new(429, "requests"),
        ["insufficient_quota"] = new(429, "insufficient_quota", false, AnthropicStatus: 402),
        ["provider_overloaded"] = new(503, Server, AnthropicStatus: 529),
        ["provider_error"] = new(502, Server),
        ["provider_unreachable"] = new(502, Server),
        ["provider_first_byte_timeout"] = new(504, "timeout_error", false),
        ["provider_idle_timeout"] = new(504, "timeout_error", false),
        ["provider_total_timeout"] = new(504, "timeout_error", false),
        ["provider_stream_cut"] = new(502, Server, false),
        ["provider_malformed_answer"] = new(502, Server, false),
        ["provider_stream_error"] = new(502, Server, false),
    }.ToFrozenDictionary();

    /// <summary>Anthropic's <c>error.type</c>, which says no more than the status does.</summary>
    public static string AnthropicType(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        408 or 504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };

    /// <summary>The row of a code; an unknown one is our own fault.</summary>
    public static Row Of(string code) => Rows.TryGetValue(code, out Row? row) ? row : Rows["internal_error"];
}
