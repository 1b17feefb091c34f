namespace Leeway.Simulation.Stages;

/// <summary>Windows in <c>local</c> time mean the zone of the machine; in a simulation they mean the one it was given, so that it runs the same everywhere.</summary>
internal static class LocalZones
{
    public static LeewayConfig Replace(LeewayConfig config, TimeZoneInfo zone)
    {
        PrioritiesConfig presets = config.Priorities;
        return config with
        {
            Priorities = presets with { Urgent = Preset(presets.Urgent, zone), Standard = Preset(presets.Standard, zone), Low = Preset(presets.Low, zone) },
        };
    }

    private static PriorityConfig Preset(PriorityConfig preset, TimeZoneInfo zone) =>
        preset with
        {
            Windows = [.. preset.Windows.Select(window => window.Tz == WindowConfig.LocalZone ? window with { Tz = zone.Id } : window)],
        };
}
