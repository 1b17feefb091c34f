using Leeway.Adapters.Wire;
using Leeway.Classification;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Responses;
using Leeway.Planning;
using Leeway.Routing;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>A request that was understood: what it is, who may serve it and how long it may wait.</summary>
internal sealed class Understood(string endpoint, string model, Route route, in OpenAIBodyScan scan, in Classified classified, Principal caller)
{
    // Fields, since both are large and every property access would copy them.
    private readonly OpenAIBodyScan _scan = scan;
    private readonly Classified _classified = classified;

    public string Endpoint => endpoint;

    public string Model => model;

    public Route Route => route;

    public Principal Caller => caller;

    public ref readonly OpenAIBodyScan Scan => ref _scan;

    public ref readonly Classified Classified => ref _classified;

    /// <summary>Whether the client asks for an answer now and for the result later, as Responses can.</summary>
    public bool IsBackground => Scan.Background && Endpoint == Endpoints.Responses;

    /// <summary>From when its slack counts: acceptance, or for a batch's line the batch's creation, which is when the deadline was agreed to.</summary>
    public DateTimeOffset PromisedAt { get; init; } = classified.AcceptedAt;

    /// <summary>Whether its deadline was agreed to before it came, as that of a batch's line.</summary>
    public bool IsAgreed { get; init; }

    /// <summary>Whether it is answered in real time at once because no lane can be relied on to meet its deadline: found when it was checked.</summary>
    public bool GoesAtOnce { get; set; }

    /// <summary>What was planned for it when it was checked; null before, and for a request that cannot wait.</summary>
    public LanePlan? Plan { get; set; }

    /// <summary>What keeps it out of its deployment's batches, or null.</summary>
    public FieldProblem? Unbatchable { get; init; }

    /// <summary>The response it goes on from, or null.</summary>
    public PreviousResponse? Previous { get; init; }
}
