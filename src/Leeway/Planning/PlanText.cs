using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Leeway.Planning;

/// <summary>A plan as the text that is kept of it: <see cref="PlanNote.Text"/>. Plans that rest on the same <see cref="PlanBasis"/> are written once.</summary>
public static class PlanText
{
    private static readonly ConditionalWeakTable<PlanBasis, Written> s_written = [];

    /// <summary>The text.</summary>
    public static string Of(in LanePlan plan)
    {
        if (plan.Basis is not { } basis)
        {
            return Write(plan);
        }

        if (s_written.TryGetValue(basis, out Written? written) && written.Lane == plan.Lane && written.Then == plan.DispatchLane)
        {
            return written.Text;
        }

        string text = Write(plan);
        s_written.AddOrUpdate(basis, new Written(plan.Lane, plan.DispatchLane, text));
        return text;
    }

    private static string Write(in LanePlan plan)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("lane", Name(plan.Lane));
            json.WriteString("then", Name(plan.DispatchLane));
            json.WriteString("because", plan.Basis?.Because);
            json.WriteString("regime", plan.Basis?.Regime);
            json.WriteStartArray("lanes");
            foreach (LaneForecast lane in plan.Basis?.Lanes ?? [])
            {
                json.WriteStartObject();
                json.WriteString("lane", Name(lane.Lane));
                if (lane.RelativeCost is { } cost)
                {
                    json.WriteNumber("relative_cost", Math.Round(cost, 4));
                }
                else
                {
                    json.WriteNull("relative_cost");
                }

                json.WriteNumber("on_time", Math.Round(lane.OnTime, 5));
                json.WriteNumber("wait_s", Math.Round(lane.ExpectedWait.TotalSeconds, lane.ExpectedWait < TimeSpan.FromMinutes(1) ? 1 : 0));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // As the API names lanes.
    private static string Name(Lane lane) => lane switch
    {
        Lane.Cache => "cache",
        Lane.Flex => "flex",
        Lane.Batch => "batch",
        Lane.SelfHosted => "selfhosted",
        _ => "realtime",
    };

    private sealed record Written(Lane Lane, Lane Then, string Text);
}
