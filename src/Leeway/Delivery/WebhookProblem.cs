namespace Leeway.Delivery;

/// <summary>Why a webhook endpoint is refused.</summary>
/// <param name="Code">Stable: <c>webhook_url_invalid</c> or <c>webhook_address_refused</c>.</param>
/// <param name="Field">The field at fault.</param>
/// <param name="Message">For people: the field, its value without credentials and query, and what to do.</param>
public sealed record WebhookProblem(string Code, string Field, string Message);
