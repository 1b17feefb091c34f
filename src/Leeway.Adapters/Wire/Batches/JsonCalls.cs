using System.Text.Json;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>Calls whose answers are small JSON objects, and the opening of files. Every failure is a <see cref="ProviderException"/>.</summary>
internal sealed class JsonCalls(TimeProvider clock)
{
    /// <summary>How long a small call may take, and a file transfer may stand still.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of an answer at most: a full page of 10,000 files has about 3 MB.</summary>
    private const int LongestAnswer = 32 * 1024 * 1024;

    public async Task<JsonDocument> SendAsync(Binding binding, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var patience = new Patience(Limit, clock, cancellationToken);
        return await SendAsync(binding, method, path, content, patience, cancellationToken);
    }

    public async Task<JsonDocument> SendAsync(Binding binding, HttpMethod method, string path, HttpContent? content, Patience patience, CancellationToken cancellationToken)
    {
        return await SendAsync(binding, binding.Request(method, path, content), patience, cancellationToken);
    }

    public async Task<JsonDocument> SendAsync(Binding binding, HttpRequestMessage request, Patience patience, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await GetHeadAsync(binding, request, patience, cancellationToken);
        byte[]? body;
        try
        {
            body = await BoundedRead.ReadAsync(response.Content, LongestAnswer, patience.Token);
        }
        catch (Exception e) when (patience.IsLost)
        {
            throw Failures.TimedOut(ProviderErrorKind.IdleTimeout, binding.Deployment, patience.Limit, e);
        }
        catch (Exception e) when (Failures.IsTransport(e, cancellationToken))
        {
            throw Failures.Wrap(e, binding.Deployment);
        }

        try
        {
            return body is null
                ? throw Failures.Malformed(binding.Deployment, $"answered {request.RequestUri!.AbsolutePath} with more than {LongestAnswer} bytes")
                : JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw Failures.Malformed(binding.Deployment, $"answered {request.RequestUri!.AbsolutePath} with something that is not JSON", e);
        }
    }

    public async Task<Stream> OpenAsync(Binding binding, string path, CancellationToken cancellationToken)
    {
        using var patience = new Patience(Limit, clock, cancellationToken);
        HttpResponseMessage response = await GetHeadAsync(binding, binding.Request(HttpMethod.Get, path, null), patience, cancellationToken);
        try
        {
            return new DownloadStream(await response.Content.ReadAsStreamAsync(cancellationToken), response, binding.Deployment, Limit, clock);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The head of a success.</summary>
    public async Task<HttpResponseMessage> GetHeadAsync(Binding binding, HttpRequestMessage request, Patience patience, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await binding.Invoker.SendAsync(request, patience.Token);
            if (response.IsSuccessStatusCode)
            {
                patience.Touch();
                return response;
            }

            throw new ProviderException(await ErrorAnswers.ReadAsync(response, binding, translated: false, clock, patience.Token));
        }
        catch (Exception e)
        {
            response?.Dispose();
            if (patience.IsLost)
            {
                throw Failures.TimedOut(ProviderErrorKind.FirstByteTimeout, binding.Deployment, patience.Limit, e);
            }

            if (Failures.IsTransport(e, cancellationToken))
            {
                throw Failures.Wrap(e, binding.Deployment);
            }

            throw;
        }
    }
}
