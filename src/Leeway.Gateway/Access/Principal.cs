using Leeway.Gateway.Ingress.Inference;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Access;

/// <summary>Who calls: the label that stands in the ledger, and the team that owns what the call makes.</summary>
internal sealed record Principal(string Label, string Team)
{
    /// <summary>The team of every call while keys are off.</summary>
    public const string DefaultTeam = "default";

    /// <summary>The caller of a request on the public listener.</summary>
    public static Principal Of(HttpContext context) => new(Caller.LabelOf(context.Request), DefaultTeam);
}
