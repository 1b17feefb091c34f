using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Vendors;

/// <summary>
/// Whose API a call speaks: its endpoints, which requests are its own, headers, credentials, the shape of its errors and the words of its faults.
/// One per sandbox, listed in <see cref="SandboxVendors"/>; what it keeps (batches, files) it also bills and forgets.
/// </summary>
internal abstract class Vendor(SandboxWorld world)
{
    public abstract SandboxKind Kind { get; }

    protected SandboxWorld World { get; } = world;

    public abstract void Map(IEndpointRouteBuilder routes);

    /// <summary>
    /// Whether a request is in this API. The vendor listed last is asked first; one whose paths are another's as well must look at the headers, or at whether
    /// the options leave out the other.
    /// </summary>
    public abstract bool Owns(HttpRequest request);

    /// <summary>Brings a request of this API that is told by its headers to a path of the API's own, before the routes are looked up.</summary>
    public virtual void Rewrite(HttpRequest request)
    {
    }

    /// <summary>True for a call that a model answers in real time: what faults without a route strike.</summary>
    public abstract bool IsRealTime(PathString path);

    /// <summary>The headers of every answer, errors included.</summary>
    public virtual void AddHeaders(HttpContext context)
    {
    }

    /// <summary>What is wrong with the credentials or the version, or null.</summary>
    public abstract ApiError? Refusal(HttpRequest request);

    /// <summary>As <see cref="Refusal"/>, for credentials that cover the body, which is read first.</summary>
    public virtual Task<ApiError?> RefusalAsync(HttpContext context) => Task.FromResult(Refusal(context.Request));

    /// <summary>What answers in place of the routed endpoint, with its name for the ledger: for calls that no path tells apart. Null leaves it to the route.</summary>
    public virtual (string Name, RequestDelegate Answer)? HandlerOf(HttpRequest request) => null;

    /// <summary>The body as JSON is read from it.</summary>
    public virtual Stream OpenBody(HttpRequest request) => request.Body;

    /// <param name="requestId">As the answer's header tells it; null where the error stands inside a stream or a row.</param>
    public abstract void WriteError(Utf8JsonWriter json, ApiError error, string? requestId);

    /// <summary>The error as an answer of its own; <c>Retry-After</c> comes along unless a vendor tells it elsewhere.</summary>
    public virtual Task WriteErrorAsync(HttpContext context, ApiError error)
    {
        if (error.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return context.WriteJsonAsync(json => WriteError(json, error, RequestIdOf(context)), error.Status);
    }

    /// <summary>The 429 of the fault <c>rate_limit</c>, to be tried again.</summary>
    public abstract ApiError RateLimited();

    /// <summary>The refusal of the fault <c>insufficient_quota</c>, which no wait cures.</summary>
    public abstract ApiError QuotaSpent();

    /// <summary>The fault <c>server_error</c>.</summary>
    public virtual ApiError ServerError(int status) => new(status, "The server had an error while processing your request.", "server_error");

    /// <summary>Lets a call that is neither refused nor failed through to its endpoint.</summary>
    public virtual Task ServeAsync(HttpContext context, RequestDelegate next) => next(context);

    /// <summary>Every batch brought up to the clock, those not yet visible and those deleted included.</summary>
    public virtual Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<BatchBill>>([]);

    /// <summary>Forgets batches and files.</summary>
    public virtual void Clear()
    {
    }

    /// <summary>The id of the answer, where it has one.</summary>
    protected virtual string? RequestIdOf(HttpContext context) => null;

    protected static bool HasBearer(HttpRequest request) => BearerOf(request) is not null;

    /// <summary>The token of an <c>Authorization: Bearer</c>, or null.</summary>
    protected static string? BearerOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { Length: > 7 } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && value[7..].Trim() is { Length: > 0 } token
            ? token
            : null;
}
