'use client';

import '../main.js';

export default function Page() {
  return (
    <>
      <cnn-saliency src="photo.jpg" method="gradient"></cnn-saliency>
      <cnn-trainer></cnn-trainer>
    </>
  );
}
