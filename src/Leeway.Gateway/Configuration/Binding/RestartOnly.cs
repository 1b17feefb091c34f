using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Gateway.Configuration.Binding;

/// <summary>Settings that are read at start: a reload keeps their old value.</summary>
internal static class RestartOnly
{
    /// <summary>The new configuration with the old value wherever a restart is needed; each such place is named in <paramref name="problems"/>.</summary>
    public static LeewayConfig Keep(LeewayConfig old, LeewayConfig next, List<ConfigProblem> problems) =>
        (LeewayConfig)Keep(LeewaySchema.Root, old, next, "", problems);

    private static object Keep(RecordShape shape, object old, object next, string path, List<ConfigProblem> problems)
    {
        foreach (Field field in shape.Fields)
        {
            string child = ConfigPath.Child(path, field.Name);
            (object? before, object? after) = (field.Get(old), field.Get(next));
            if (field is { Restart: true, Shape: ScalarShape scalar })
            {
                if (!Equals(before, after))
                {
                    problems.Add(Mark.Default.Warning(child, $"stays {scalar.Kind.Format(before!)}: {scalar.Kind.Format(after!)} needs a restart"));
                    next = field.Set(next, before);
                }
            }
            else if (field.Shape is RecordShape inner && before is not null && after is not null)
            {
                next = field.Set(next, Keep(inner, before, after, child, problems));
            }
        }

        return next;
    }
}
