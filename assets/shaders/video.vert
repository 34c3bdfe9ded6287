#version 440
// One picture: a rectangle of the window (clip space), the layer of its textures, its colours.
layout(location = 0) in vec2 corner;
layout(location = 1) in vec4 place;    // left, top, right, bottom in clip space
layout(location = 2) in vec4 colours;  // layer, matrix (601, 709, 2020), full range, brightness
layout(location = 0) out vec2 at;
layout(location = 1) flat out vec4 how;

void main()
{
    at = corner;
    how = colours;
    gl_Position = vec4(mix(place.xy, place.zw, corner), 0.0, 1.0);
}
