using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>The official .NET client, unmodified but for its base URL, and what a program adds through its public options.</summary>
internal static class OpenAIDotNet
{
    public static OpenAIClient Client(Uri endpoint, Statuses? statuses = null, params (string Name, string Value)[] headers) => Client(endpoint, "sk-test", statuses, headers);

    public static OpenAIClient Client(Uri endpoint, string key, Statuses? statuses = null, params (string Name, string Value)[] headers)
    {
        var options = new OpenAIClientOptions { Endpoint = endpoint, NetworkTimeout = TimeSpan.FromSeconds(30) };
        if (headers.Length > 0)
        {
            options.AddPolicy(new ExtraHeaders(headers), PipelinePosition.PerCall);
        }

        if (statuses is not null)
        {
            options.AddPolicy(statuses, PipelinePosition.PerTry);
        }

        return new OpenAIClient(new ApiKeyCredential(key), options);
    }

    private sealed class ExtraHeaders((string Name, string Value)[] headers) : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            Add(message);
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            Add(message);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }

        private void Add(PipelineMessage message)
        {
            foreach ((string name, string value) in headers)
            {
                message.Request.Headers.Set(name, value);
            }
        }
    }

    /// <summary>Every status that came over the wire, retries included; 0 for none.</summary>
    public sealed class Statuses : PipelinePolicy
    {
        private readonly List<int> _seen = [];

        public IReadOnlyList<int> Seen
        {
            get
            {
                lock (_seen)
                {
                    return [.. _seen];
                }
            }
        }

        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            try
            {
                ProcessNext(message, pipeline, currentIndex);
            }
            finally
            {
                Add(message.Response?.Status ?? 0);
            }
        }

        public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            try
            {
                await ProcessNextAsync(message, pipeline, currentIndex);
            }
            finally
            {
                Add(message.Response?.Status ?? 0);
            }
        }

        private void Add(int status)
        {
            lock (_seen)
            {
                _seen.Add(status);
            }
        }
    }
}
