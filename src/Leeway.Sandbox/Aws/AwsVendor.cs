using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Leeway.Sandbox.Bedrock;
using Leeway.Sandbox.Lambda;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.ModelInvocationJobs;
using Leeway.Sandbox.S3;
using Leeway.Sandbox.SageMaker;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Aws;

/// <summary>Bedrock, SageMaker, Lambda and S3 on one port. A call is S3's when its signature is for it, else its path tells.</summary>
internal sealed class AwsVendor : Vendor
{
    private readonly SignatureCheck _check;
    private readonly S3Store _objects;
    private readonly JobStore _jobs;
    private readonly AsyncInferences _inferences;
    private readonly FunctionPool _functions;

    public AwsVendor(SandboxWorld world)
        : base(world)
    {
        _check = new SignatureCheck(world.Options.Aws);
        _objects = new S3Store(world);
        _jobs = new JobStore(world, _objects);
        _inferences = new AsyncInferences(world, _objects);
        _functions = new FunctionPool(world);
    }

    public override SandboxKind Kind => SandboxKind.Aws;

    public override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapBedrock(World);
        routes.MapModelInvocationJobs(World, _jobs);
        routes.MapSageMaker(World, _inferences);
        routes.MapLambda(World, _functions);
    }

    public override bool Owns(HttpRequest request) => AwsApi.Of(request.Path) is not null || Signature.IsSigned(request);

    public override bool IsRealTime(PathString path) =>
        AwsApi.Of(path) is { } service && !path.StartsWithSegments("/model-invocation-job") && !path.StartsWithSegments("/model-invocation-jobs")
        && (service.Scope != "sagemaker" || !path.Value!.EndsWith("/async-invocations", StringComparison.Ordinal));

    public override void AddHeaders(HttpContext context)
    {
        if (IsS3(context.Request))
        {
            context.Response.Headers["x-amz-request-id"] = World.Ids.Next("").ToUpperInvariant();
            context.Response.Headers["x-amz-id-2"] = "sandbox";
        }
        else
        {
            context.Response.Headers["x-amzn-RequestId"] = World.Ids.Next("");
        }
    }

    public override (string Name, RequestDelegate Answer)? HandlerOf(HttpRequest request) => !IsS3(request) ? null : (
        "s3:/{bucket}/{key}",
        async context =>
        {
            // What takes its time appears in the buckets when somebody looks.
            _jobs.AdvanceAll();
            _inferences.Advance();
            await S3Endpoint.AnswerAsync(context, Signature.Read(context.Request)!, World.Options.Aws, _objects);
        }
    );

    /// <summary>Nothing can be said before the body is read; see <see cref="RefusalAsync"/>.</summary>
    public override ApiError? Refusal(HttpRequest request) => null;

    public override async Task<ApiError?> RefusalAsync(HttpContext context)
    {
        var request = context.Request;
        var service = AwsApi.Of(request.Path);
        var isSigned = Signature.IsSigned(request);
        if (!isSigned && !service!.IsOpen && !(service.TakesBearer && HasBearer(request)))
        {
            return AwsErrors.Of(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
        }

        var signature = isSigned ? Signature.Read(request) : null;
        if (isSigned && signature is null)
        {
            return IsS3(request)
                ? AwsErrors.Of(400, "AuthorizationHeaderMalformed", "The authorization header is malformed.")
                : AwsErrors.Of(403, "IncompleteSignatureException", "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.");
        }

        if (signature?.Service == "s3")
        {
            var payload = S3Body.PayloadOf(request, signature);
            return payload.Length == 0
                ? AwsErrors.Of(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
                : _check.Refusal(request, signature, payload, "s3");
        }

        var limit = (service ?? AwsApi.Bedrock).MaxBytes;
        var body = await ReadAsync(request, limit);
        if (body is null)
        {
            return AwsErrors.Of(413, service?.TooLarge ?? "ValidationException", $"The request's body must be smaller than {limit} bytes.");
        }

        context.Features.Set(new AwsCall(signature?.Service ?? "", signature?.Region ?? "us-east-1", body));
        return signature is null ? null : _check.Refusal(request, signature, Convert.ToHexStringLower(SHA256.HashData(body)), service?.Scope);
    }

    public override void WriteError(Utf8JsonWriter json, ApiError error, string? requestId) => AwsJson.WriteError(json, error, hasCapitals: false);

    public override Task WriteErrorAsync(HttpContext context, ApiError error)
    {
        var service = AwsApi.Of(context.Request.Path);
        var known = AwsErrors.In(error, IsS3(context.Request) ? "s3" : service?.Scope);
        if (IsS3(context.Request))
        {
            return context.WriteS3ErrorAsync(known);
        }

        if (service?.Scope == "lambda" && known.Type == "ModelErrorException")
        {
            return FunctionErrors.WriteAsync(context, "Runtime.ExitError", "The function has failed.");
        }

        context.Response.Headers["x-amzn-ErrorType"] = known.Type;
        if (known.RetryAfter is { } seconds && service?.Scope == "lambda")
        {
            // The only one of these services that says how long to wait.
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return context.WriteJsonAsync(json => AwsJson.WriteError(json, known, service?.HasCapitals == true), known.Status);
    }

    public override ApiError RateLimited() => AwsErrors.Throttled;

    public override ApiError QuotaSpent() => AwsErrors.Of(400, "ServiceQuotaExceededException", "Your request exceeds the service quota for your account.");

    public override ApiError ServerError(int status) => AwsErrors.OfServer(status);

    public override Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken)
    {
        _inferences.Advance();
        return Task.FromResult(_jobs.BillAll());
    }

    public override void Clear()
    {
        _jobs.Clear();
        _inferences.Clear();
        _functions.Clear();
        _objects.Clear();
    }

    /// <summary>Also a call signed for S3 so badly that only its scope can be read.</summary>
    private static bool IsS3(HttpRequest request) =>
        Signature.Read(request) is { } signature ? signature.Service == "s3" : Signature.IsSigned(request) && AwsApi.Of(request.Path) is null;

    /// <summary>Null when it is longer than allowed.</summary>
    private static async Task<byte[]?> ReadAsync(HttpRequest request, int limit)
    {
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is > 0 and var count)
        {
            body.Write(buffer, 0, count);
            if (body.Length > limit)
            {
                return null;
            }
        }

        return body.ToArray();
    }
}
