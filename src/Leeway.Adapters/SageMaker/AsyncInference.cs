using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Leeway.Adapters.Aws;
using Leeway.Adapters.Objects;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.SageMaker;

/// <summary>
/// Calls that nobody waits for, through an endpoint's queue and the operator's bucket.
/// <list type="number">
/// <item>The body becomes an object, named by the request.</item>
/// <item>The endpoint is told where it lies, and tells where result or failure will.</item>
/// <item>Both places are looked at until one of them has something, with pauses that grow.</item>
/// <item>Nothing is left. That is so for a call given up too: without its input, what still queues costs no work.</item>
/// </list>
/// </summary>
internal sealed class AsyncInference(TimeProvider clock)
{
    public const string Operation = "/async-invocations";

    private const string Header = "X-Amzn-SageMaker-";

    // As much as a call in real time may answer, several times over.
    private const int LongestResult = 32 * 1024 * 1024;

    // AWS's bounds, in seconds: of the wait in the endpoint's queue, and of the container's work.
    private static readonly (int Least, int Most) s_queue = (60, 21_600);
    private static readonly (int Least, int Most) s_work = (1, 3_600);

    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_patienceToTidy = TimeSpan.FromSeconds(10);

    private readonly JsonCalls _calls = new(clock);
    private readonly ConditionalWeakTable<Deployment, IObjectStore> _stores = [];

    /// <summary>Sends one call and returns with its result, or with the failure that the endpoint wrote in its place.</summary>
    /// <param name="binding">The endpoint.</param>
    /// <param name="call">A call with an id.</param>
    /// <param name="content">The body as the container takes it.</param>
    /// <param name="cancellationToken">The caller's, which is also the only bound.</param>
    public async Task<ProviderAnswer> SendAsync(Binding binding, ProviderCall call, HttpContent content, CancellationToken cancellationToken)
    {
        Deployment deployment = binding.Deployment;
        IObjectStore store = _stores.GetValue(deployment, static one => ObjectStores.Open(one.Cloud.Storage!, one.Cloud));
        string input = $"inference/{call.Id}.json";
        using (content)
        {
            try
            {
                // 1.
                await store.WriteAsync(input, "application/json", (writer, token) => content.CopyToAsync(writer.AsStream(leaveOpen: true), token), cancellationToken);

                // 2.
                Places places = await AcceptAsync(binding, store, input, call.Id!, cancellationToken);

                // 3.
                (string found, byte[] bytes) = await WaitAsync(deployment, store, places, cancellationToken);
                await TidyAsync(store, found);
                return found == places.Output
                    ? new ProviderAnswer(200, "application/json", new MemoryStream(bytes), null, null) { ContentLength = bytes.Length, ProviderRequestId = places.RequestId }
                    : Failed(InferenceFailure.Read(bytes, binding, translated: call.Endpoint != Endpoints.Chat), places);
            }
            finally
            {
                // 4.
                await TidyAsync(store, input);
            }
        }
    }

    private async Task<Places> AcceptAsync(Binding binding, IObjectStore store, string input, string id, CancellationToken cancellationToken)
    {
        var nothing = new ReadOnlyMemoryContent(default);
        nothing.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        HttpRequestMessage request = binding.Request(Operation, nothing);
        request.Headers.TryAddWithoutValidation(Header + "InputLocation", store.AddressOf(input));
        request.Headers.TryAddWithoutValidation(Header + "Inference-Id", id);

        // When we have given up, the endpoint need not begin, nor go on.
        TimeSpan patience = binding.Deployment.Timeouts.Total;
        request.Headers.TryAddWithoutValidation(Header + "RequestTTLSeconds", Seconds(patience, s_queue));
        request.Headers.TryAddWithoutValidation(Header + "InvocationTimeoutSeconds", Seconds(patience, s_work));

        using var limit = new Patience(JsonCalls.Limit, clock, cancellationToken);
        using HttpResponseMessage response = await _calls.GetHeadAsync(binding, request, limit, cancellationToken);
        return new Places(
            KeyOf(binding.Deployment, store, Told(response, Header + "OutputLocation") ?? throw Failures.Malformed(binding.Deployment, "accepted a call and did not say where its result will lie")),

            // An endpoint without a place for failures tells them to nobody who looks.
            Told(response, Header + "FailureLocation") is { } failure ? KeyOf(binding.Deployment, store, failure) : null,
            Told(response, AwsErrors.RequestIdHeader));
    }

    private async Task<(string Key, byte[] Bytes)> WaitAsync(Deployment deployment, IObjectStore store, Places places, CancellationToken cancellationToken)
    {
        for (TimeSpan pause = s_firstPause; ; pause = pause * 1.5 < s_longestPause ? pause * 1.5 : s_longestPause)
        {
            foreach (string key in places.Failure is { } failure ? [places.Output, failure] : (string[])[places.Output])
            {
                if (await TryReadAsync(deployment, store, key, cancellationToken) is { } bytes)
                {
                    return (key, bytes);
                }
            }

            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>The object; null while there is none, or the storage is troubled: the result may be there, and is paid for.</summary>
    private static async Task<byte[]?> TryReadAsync(Deployment deployment, IObjectStore store, string key, CancellationToken cancellationToken)
    {
        byte[]? bytes;
        try
        {
            await using Stream content = await store.OpenAsync(key, cancellationToken);
            bytes = await BoundedRead.ReadAsync(content, LongestResult, cancellationToken);
        }
        catch (ProviderException e) when (e.Error is { Kind: ProviderErrorKind.NotFound, ProviderCode: not "NoSuchBucket" } || e.Error.IsRetryable)
        {
            return null;
        }

        return bytes ?? throw Failures.Malformed(deployment, $"wrote a result of more than {LongestResult} bytes");
    }

    /// <summary>Deletes an object. An answer is worth more than a tidy bucket, so that a failure is not told.</summary>
    private async Task TidyAsync(IObjectStore store, string key)
    {
        using var limit = new CancellationTokenSource(s_patienceToTidy, clock);
        try
        {
            await store.DeleteAsync(key, limit.Token);
        }
        catch (Exception e) when (e is ProviderException or OperationCanceledException)
        {
            // A rule of the bucket's deletes what is old.
        }
    }

    /// <summary>The key of a place below the configured storage, which is the only one that is read.</summary>
    private static string KeyOf(Deployment deployment, IObjectStore store, string address)
    {
        string root = store.AddressOf("x")[..^1];
        if (address.StartsWith(root, StringComparison.Ordinal) && address.Length > root.Length && !address[root.Length..].Split('/').Contains(".."))
        {
            return address[root.Length..];
        }

        throw new ProviderException(new ProviderError(
            ProviderErrorKind.AuthenticationFailed,
            $"Endpoint '{deployment.Model}' writes to {address}, which is not below {root} (providers.{deployment.Provider}.storage.url). Set S3OutputPath and S3FailurePath of its asynchronous inference to folders below it."));
    }

    private static ProviderAnswer Failed(ProviderError error, Places places) =>
        new(error.StatusCode ?? 500, "application/json", null, error, null) { ProviderRequestId = places.RequestId };

    private static string? Told(HttpResponseMessage response, string header) =>
        response.Headers.NonValidated.TryGetValues(header, out System.Net.Http.Headers.HeaderStringValues values) && values.ToString() is { Length: > 0 } text ? text : null;

    private static string Seconds(TimeSpan patience, (int Least, int Most) bounds) =>
        ((int)Math.Clamp(Math.Ceiling(patience.TotalSeconds), bounds.Least, bounds.Most)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Where the endpoint writes, as keys of the storage, and AWS's id of the call.</summary>
    private readonly record struct Places(string Output, string? Failure, string? RequestId);
}
