namespace Leeway.Advisor.Report.Charts;

/// <summary>What a colour stands for. The drawings name tones only; the page's style sheet gives them colours, one set for light and one for dark.</summary>
internal enum Tone
{
    None = 0,
    Ink = 1,
    Muted = 2,
    Grid = 3,
    Shade = 4,
    Now = 5,
    Wait = 6,
    Likely = 7,
    Maybe = 8,
    Slow = 9,
    Slate = 10,
}
