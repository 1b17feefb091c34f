namespace Leeway.Sandbox.Faults;

/// <summary>What the sandbox can do wrong. On the wire the names are snake_case (<c>rate_limit</c>); see <see cref="FaultNames"/>.</summary>
public enum FaultKind
{
    /// <summary>429 <c>rate_limit_exceeded</c> with <c>Retry-After</c>.</summary>
    RateLimit,

    /// <summary>429 <c>insufficient_quota</c>, at Anthropic <c>enforced_spend_limit_reached</c>: not to be retried.</summary>
    InsufficientQuota,

    /// <summary>500, or the setting's status.</summary>
    ServerError,

    /// <summary>A real-time answer that waits (30 s) before its first byte.</summary>
    SlowFirstByte,

    /// <summary>The connection is closed after some chunks, without the end of the body. Billed in full.</summary>
    StreamCut,

    /// <summary>Nothing more is sent until the client leaves. Billed in full.</summary>
    StreamStall,

    /// <summary>Bytes that are neither SSE nor JSON, then a normal end. Billed in full.</summary>
    StreamGarbage,

    /// <summary>An event with an error after the 200, in the endpoint's shape, then the end. Not billed.</summary>
    StreamErrorAfter200,

    /// <summary>A batch is created and runs, but the connection is aborted in place of the answer.</summary>
    CreateLost,

    /// <summary>The connection is aborted and no batch exists.</summary>
    CreateLostBefore,

    /// <summary>As <see cref="CreateLost"/>, and the batch can be listed and read only after some time (60 s).</summary>
    CreateLate,

    /// <summary>A file is stored, but the connection is aborted in place of the answer.</summary>
    UploadLost,

    /// <summary>A row ran and is billed, but stands in no file.</summary>
    RowsDropped,

    /// <summary>A row stands twice in its file; billed once.</summary>
    RowsDoubled,

    /// <summary>A row's line is cut, thus not JSON; billed.</summary>
    RowsCorrupted,

    /// <summary>A line more, whose custom_id was never sent; not billed.</summary>
    RowsForeign,

    /// <summary>A row is rejected: with status 400 into the error file, at Anthropic as <c>errored</c>, at Google with an error in its place; not billed.</summary>
    RowError,

    /// <summary>The batch expires with part of its rows done: after 24 h, under the instant law at the next read.</summary>
    Expire,

    /// <summary>The batch fails validation with <c>token_limit_exceeded</c>; at Anthropic and Gemini its create is refused with 429.</summary>
    TokenLimitExceeded,

    /// <summary>A call in the flex tier is refused with 429 <c>resource_unavailable</c>; not billed.</summary>
    FlexRefused,

    /// <summary>An event of the webhook is never sent.</summary>
    WebhookLost,

    /// <summary>An event of the webhook is sent twice, with the same id.</summary>
    WebhookDoubled,

    /// <summary>At Google: a filter blocks the prompt (no candidate, 200), or with <c>after_chunks</c> ends the answer after so many words. Billed for what there is. At Azure: 400 <c>content_filter</c>, in real time and as a row, unbilled.</summary>
    Blocked,

    /// <summary>A call that finds a function or container starting is refused (429, 503) with <c>Retry-After</c> instead of waiting; the start goes on.</summary>
    ColdRefused,

    /// <summary>A message that is pulled from a subscription stays there, to be pulled once more at once.</summary>
    MessagesDoubled,
}
