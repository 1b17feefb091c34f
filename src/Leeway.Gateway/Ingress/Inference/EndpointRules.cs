using Leeway.Adapters.Wire;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>What one endpoint asks of a body beyond a model: the little that decides what happens here. The rest is the provider's to judge.</summary>
internal static class EndpointRules
{
    /// <summary>The refusal, or null.</summary>
    public static Problem? Check(string endpoint, in OpenAIBodyScan scan) => endpoint switch
    {
        Endpoints.Messages when !scan.LimitsTokens => new Problem
        {
            Code = "missing_member",
            Message = "max_tokens: this member is required.",
            Field = "max_tokens",
            Remedy = "Add it, a whole number from 1 on. Nothing was sent or queued.",
        },
        Endpoints.Responses when scan.Background && !scan.Stores => new Problem
        {
            Code = "background_needs_store",
            Message = "background: true and store: false exclude each other: an answer that is fetched later has to be kept until then.",
            Field = "store",
            Value = "false",
            Remedy = "Leave store out, and delete the response once you have it. Nothing was sent or queued.",
        },
        Endpoints.Responses when scan.InConversation => new Problem
        {
            Code = "not_found",
            Message = "The member 'conversation' names a conversation, and this gateway keeps none.",
            Field = "conversation",
            Remedy = "Chain the turns with previous_response_id, or send them all in input. Nothing was sent or queued.",
        },
        _ => null,
    };
}
