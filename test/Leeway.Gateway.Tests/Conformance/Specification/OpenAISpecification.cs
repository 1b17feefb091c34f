using System.Collections.Concurrent;
using System.Text.Json;
using Json.Schema;
using Leeway.Gateway.Tests.BadInput;

namespace Leeway.Gateway.Tests.Conformance.Specification;

/// <summary>OpenAI's published specification, as a judge of answers.</summary>
public sealed class OpenAISpecification
{
    // Its own service sends null for what its specification leaves out of these, or gives at the end of a stream only.
    private static bool IsNullToo(string schema, string member, bool required) => schema switch
    {
        "Batch" or "OpenAIFile" => !required,
        "CreateCompletionResponse" => member is "usage" or "finish_reason",
        "Response" => member is "usage",
        _ => false,
    };

    private readonly Lazy<SpecificationReader> _reader = new(() =>
        new SpecificationReader(Path.Combine(Corpus.Find("openai-openapi"), "openapi.yaml.gz"), IsNullToo));

    private readonly ConcurrentDictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);
    private int _checked;

    internal int Checked => _checked;

    /// <summary>The same for an event of a stream of responses, by its type, so that a failure tells what is wrong with that one.</summary>
    internal void CheckEvent(JsonElement value, string what)
    {
        string type = value.GetProperty("type").GetString()!;
        string? schema = _reader.Value.OfEvent("ResponseStreamEvent", type);
        Assert.True(schema is not null, $"{what}: no event has the type '{type}'");
        Check(schema, value, $"{type} of {what}");
    }

    /// <summary>Fails, with what is wrong and where, unless the value fits the schema of that name.</summary>
    internal void Check(string schema, JsonElement value, string what)
    {
        JsonSchema judge = _schemas.GetOrAdd(schema, name => JsonSchema.FromText(
            _reader.Value.Read(name).ToJsonString(), new BuildOptions { SchemaRegistry = new SchemaRegistry() }, new Uri($"https://openai.example/{name}")));
        EvaluationResults results = judge.Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.Hierarchical });
        Interlocked.Increment(ref _checked);
        if (!results.IsValid)
        {
            Assert.Fail($"{what} is no {schema}:\n{string.Join('\n', Faults(results).Distinct().Take(12))}\n{value.GetRawText()}");
        }
    }

    /// <summary>What is wrong, without the choices that need not fit since another one does.</summary>
    private static IEnumerable<string> Faults(EvaluationResults results) => results.IsValid
        ? []
        : (results.Errors ?? []).Select(error => $"  at '{results.InstanceLocation}': {error.Value} ({results.EvaluationPath})").Concat((results.Details ?? []).SelectMany(Faults));
}
