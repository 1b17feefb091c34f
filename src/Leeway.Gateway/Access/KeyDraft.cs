namespace Leeway.Gateway.Access;

/// <summary>What the operator says of a key to be made: checked values, and all there is to say. Nothing else of a key can be set from outside.</summary>
/// <param name="Owner">Who is to hold it.</param>
/// <param name="Team">The team that will own what is made with it.</param>
/// <param name="Models">Model names and beginnings of names with <c>*</c>; empty: all.</param>
/// <param name="DefaultWait">A priority or a relative deadline, or null.</param>
/// <param name="ExpiresAt">UTC, or null for never.</param>
/// <param name="Budget">What its calls may cost in a period, or null.</param>
/// <param name="Mail">The address that is told of calls that may wait and name none, or null.</param>
internal sealed record KeyDraft(string Owner, string Team, IReadOnlyList<string> Models, string? DefaultWait, DateTimeOffset? ExpiresAt, MailId? Mail = null, Budget? Budget = null);
